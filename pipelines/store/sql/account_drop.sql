-- One row: the name that belongs to no account any more.
delete from accounts where subject = :subject
