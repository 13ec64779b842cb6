-- One row per place with a contact.
select place, role, telephone, mail
from contacts
order by place
