-- One row per cell of a register line as received, every revision kept.
create table raw.records as
select * from in_records order by "order";
