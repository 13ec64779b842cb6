-- One row per derived measure, reporter and quarter: unusual team sizes, active points, clients since the first quarter.
select
    'team_outside_size' as measure, f.reporter_id, f.quarter_index, f.place_id, f.district_code,
    cast(case when f.value between t.smallest and t.largest then 0 else 1 end as bigint) as value,
    f.qualifier, f.estimate, f.flagged, f.submission, f.sheet, f.cell
from reported_facts as f
cross join team_sizes as t
where f.measure = 'a04'
union all
select
    'point_active' as measure, reporter_id, quarter_index, place_id, district_code,
    cast(case when value > 0 then 1 else 0 end as bigint) as value,
    qualifier, estimate, flagged, submission, sheet, cell
from reported_facts
where measure = 'b20'
union all
select
    'new_clients_cumulative' as measure, reporter_id, quarter_index, place_id, district_code,
    cast(sum(value) over (
        partition by reporter_id order by quarter_index rows between unbounded preceding and current row
    ) as bigint) as value,
    qualifier, estimate, flagged, submission, sheet, cell
from reported_facts
where measure = 'b11'
