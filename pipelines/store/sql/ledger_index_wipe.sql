-- One row per thing indexed so far goes: the log is another one.
delete from head;
delete from parts;
delete from owners;
delete from submissions;
