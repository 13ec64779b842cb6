-- One row per cell of forms A and B as received, every revision kept.
create table raw.values as
select * from in_values order by "order";
