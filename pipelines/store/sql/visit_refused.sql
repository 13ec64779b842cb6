-- One row: the sign-in that was refused, and why.
update visits set refused = :refused where login = :login
