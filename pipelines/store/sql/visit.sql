-- One row: the sign-in of this code, if it was seen before.
select began, seen, ended, refused from visits where login = :login
