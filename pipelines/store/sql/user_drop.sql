-- One row per user who loses every role.
delete from users where subject = :subject
