-- One row: the sign-in that is used now.
update visits set seen = :seen where login = :login
