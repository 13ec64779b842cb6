-- One row per user: nobody has rights that a backup only says.
delete from users;
