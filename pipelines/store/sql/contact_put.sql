-- One row per place: whom to call there.
insert into contacts (place, role, telephone, mail) values (:place, :role, :telephone, :mail)
on conflict (place) do update set role = excluded.role, telephone = excluded.telephone, mail = excluded.mail
