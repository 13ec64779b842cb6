-- One row per measure, reporter and quarter with a value, for the measures and quarters asked.
with terms as (
    select cast(unnest($measure_nr) as smallint) as measure_nr, unnest($measure) as measure, unnest($protected) as protected
),
quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
-- NOTE: protected cells outside the reader's scope are dropped here and never leave the query.
select t.measure, n.reporter_id as reporter, f.quarter_index, p.place_group, f.value, f.sheet, f.cell, f.submission
from mart.cells as f
inner join terms as t on t.measure_nr = f.measure_nr
inner join quarters as q on q.quarter_index = f.quarter_index
inner join places as p on p.place_nr = f.place_nr
inner join ref.numbers as n on n.reporter_nr = f.reporter_nr
where p.exact or not t.protected
order by t.measure, n.reporter_id, f.quarter_index
