-- One row per issue found at a cell.
create table raw.issues as
select * from in_issues order by "order";
