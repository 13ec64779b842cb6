-- One row: the sign-in that is over, known before or not.
insert into visits (login, began, seen, ended) values (:login, :seen, :seen, 1)
on conflict (login) do update set ended = 1
