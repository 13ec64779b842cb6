-- One row per reporter, form and quarter asked, of all that owed or sent a return in any of them.
-- NOTE: that every number is 0 is itself a number, and is said only where the reader may see the place exactly.
with quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
),
fields as (
    select cast(unnest($field) as smallint) as measure_nr
),
mine as (
    select r.*, p.place_group, p.exact
    from mart.returns as r
    inner join quarters as q on q.quarter_index = r.quarter_index
    inner join places as p on p.place_nr = r.place_nr
),
reporters as (
    select reporter_id, form, max(place_group) as place_group
    from mine
    group by reporter_id, form
),
sums as (
    select n.reporter_id, c.quarter_index, sum(c.value) as total, sum(case when c.flagged then 1 else 0 end) as flagged
    from mart.cells as c
    inner join quarters as q on q.quarter_index = c.quarter_index
    inner join fields as d on d.measure_nr = c.measure_nr
    inner join ref.numbers as n on n.reporter_nr = c.reporter_nr
    group by n.reporter_id, c.quarter_index
)
select
    o.place_group, o.reporter_id as reporter, o.form, e.period,
    coalesce(m.expected, false) as expected,
    coalesce(m.received, false) as received,
    coalesce(m.on_time, false) as on_time,
    coalesce(m.received and s.total = 0 and m.exact, false) as all_zero,
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
