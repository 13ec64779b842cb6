-- One row: the contact of a place, which is erased.
delete from contacts where place = :place
