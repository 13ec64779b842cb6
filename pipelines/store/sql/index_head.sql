-- One row: up to where the log is indexed.
select seq, hash, size from head
