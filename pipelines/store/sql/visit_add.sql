-- One row per sign-in; of two first looks at once one is enough.
insert into visits (login, began, seen) values (:login, :began, :seen)
on conflict (login) do nothing
