-- One row per sign-in.
insert into visits (login, began, seen) values (:login, :began, :seen)
