-- One row per reader.
insert into choices (reader, choice) values (:reader, :choice)
on conflict (reader) do update set choice = excluded.choice
