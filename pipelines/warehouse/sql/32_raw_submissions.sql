-- One row per receipt.
create table raw.submissions as
select * from in_submissions order by "order";
