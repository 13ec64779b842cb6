-- One row: a view that is no longer kept for the record.
delete from snapshots where n = :n
