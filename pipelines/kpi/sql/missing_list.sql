-- One row per value that is missing from a return that came: blank, or blocked by an error.
with fields as (
    select cast(unnest($measure_nr) as smallint) as measure_nr, unnest($field) as field, unnest($last_only) as last_only
),
quarters as (
    select unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
select p.place_group, n.reporter_id as reporter, e.period, f.field, m.reason
from mart.missing as m
inner join fields as f on f.measure_nr = m.measure_nr
inner join ref.numbers as n on n.reporter_nr = m.reporter_nr
inner join quarters as q on q.quarter_index = m.quarter_index
inner join ref.periods as e on e.quarter_index = m.quarter_index
inner join places as p on p.place_nr = m.place_nr
where not f.last_only or q.is_last
order by m.quarter_index desc, n.reporter_id, f.field
