-- One row: the account that a name on the list belongs to.
select account from accounts where subject = :subject
