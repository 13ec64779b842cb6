-- One row per decision of a steward: close, approve, withdraw, settle.
create table raw.decisions as
select * from in_decisions order by "order";
