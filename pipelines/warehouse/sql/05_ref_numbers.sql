-- One row per reporter that has a cell (teams, points, clubs, communes as C-<code>): its number among the cells.
create table ref.numbers as
select row_number() over (order by reporter_id)::integer as reporter_nr, reporter_id
from (select distinct reporter_id from in_facts)
order by reporter_id;
