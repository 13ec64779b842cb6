-- One row: which ledger this build stands on and what it holds.
create table meta.build as
select * from in_meta;
