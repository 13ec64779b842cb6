-- One row: the reader whose choice is forgotten.
delete from choices where reader = :reader
