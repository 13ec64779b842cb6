-- One row: the name whose accounts were settled.
delete from refused_accounts where subject = :subject
