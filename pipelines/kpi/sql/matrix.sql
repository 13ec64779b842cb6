-- One row per reporter, form and quarter asked, of all that owed or sent a return in any of them.
with quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select unnest($place) as place_id, unnest($place_group) as place_group
),
fields as (
    select unnest($field) as field
),
mine as (
    select r.*, p.place_group
    from mart.returns as r
    inner join quarters as q on q.quarter_index = r.quarter_index
    inner join places as p on p.place_id = r.place_id
),
reporters as (
    select reporter_id, form, max(place_group) as place_group
    from mine
    group by reporter_id, form
),
sums as (
    select f.reporter_id, f.quarter_index, sum(f.value) as total, sum(case when f.flagged then 1 else 0 end) as flagged
    from mart.facts as f
    inner join quarters as q on q.quarter_index = f.quarter_index
    inner join fields as d on d.field = f.measure
    group by f.reporter_id, f.quarter_index
)
select
    o.place_group, o.reporter_id as reporter, o.form, e.period,
    coalesce(m.expected, false) as expected,
    coalesce(m.received, false) as received,
    coalesce(m.on_time, false) as on_time,
    coalesce(m.received and s.total = 0, false) as all_zero,
    cast(coalesce(m.fields_expected, 0) as bigint) as fields_expected,
    cast(coalesce(m.fields_received, 0) as bigint) as fields_received,
    cast(coalesce(s.flagged, 0) as bigint) as flagged,
    m.received_at, m.status, m.submission
from reporters as o
cross join quarters as q
inner join ref.periods as e on e.quarter_index = q.quarter_index
left join mine as m on m.reporter_id = o.reporter_id and m.form = o.form and m.quarter_index = q.quarter_index
left join sums as s on s.reporter_id = o.reporter_id and s.quarter_index = q.quarter_index
order by o.form, o.reporter_id, e.quarter_index
