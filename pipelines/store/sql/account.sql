-- One row: the name on the list that this account belongs to.
select subject from accounts where account = :account
