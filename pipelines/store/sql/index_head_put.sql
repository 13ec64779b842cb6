-- One row: the log is indexed up to here.
insert or replace into head (only, seq, hash, size) values (1, :seq, :hash, :size)
