-- One row per user: the role given last counts.
insert into users (subject, role, districts, until) values (:subject, :role, :districts, :until)
on conflict (subject) do update set role = excluded.role, districts = excluded.districts, until = excluded.until
