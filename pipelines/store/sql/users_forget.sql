-- One row per user and account: nobody has rights that a backup only says.
delete from users;
delete from accounts;
delete from refused_accounts;
