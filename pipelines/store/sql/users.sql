-- One row per user.
select subject, role, districts, until from users order by subject
