-- One row per source of figures, quarter and district: returns expected and received; the register owes one row a commune.
create table mart.owed as
select
    form as source, quarter_index::smallint as quarter_index, coalesce(try_cast(district_code as smallint), 0)::smallint as district_nr, district_code,
    sum(case when expected then 1 else 0 end)::bigint as expected,
    sum(case when received then 1 else 0 end)::bigint as received,
    sum(case when expected and not received then 1 else 0 end)::bigint as unsent,
    sum(case when expected and on_time then 1 else 0 end)::bigint as on_time,
    sum(case when expected then fields_expected else 0 end)::bigint as fields_expected,
    sum(fields_received)::bigint as fields_received
from mart.returns
where place_nr is not null
group by form, quarter_index, district_code
union all
select 'register', quarter_index::smallint, coalesce(try_cast(district_code as smallint), 0)::smallint, district_code,
    -- Registers without any line have not come.
    count(*), case when exists (select 1 from mart.reporters) then count(*) else 0 end, 0, count(*), 0, 0
from mart.facts
where measure = 'communes'
group by quarter_index, district_code
order by source, quarter_index, district_nr;
