-- One row per value of the quarter `now` with `least` earlier ones: the value, those before it, oldest first, and that of a year ago.
with terms as (
    select cast(unnest($measure_nr) as smallint) as measure_nr, unnest($measure) as measure, unnest($protected) as protected
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
),
-- NOTE: protected cells outside the reader's scope are dropped here and never leave the query.
shown as (
    select f.measure_nr, f.reporter_nr, f.quarter_index, f.value, f.place_nr, p.place_group, t.measure
    from mart.cells as f
    inner join terms as t on t.measure_nr = f.measure_nr
    inner join places as p on p.place_nr = f.place_nr
    where f.quarter_index between $now - $past and $now and (p.exact or not t.protected)
),
earlier as (
    select measure_nr, reporter_nr, list(value order by quarter_index) as before, max(value) filter (where quarter_index = $now - 4) as last_year
    from shown
    where quarter_index < $now
    group by measure_nr, reporter_nr
    having count(*) >= $least
)
select
    s.measure, n.reporter_id as reporter, s.place_group, f.value, f.sheet, f.cell, f.submission, e.before, e.last_year
from shown as s
inner join earlier as e on e.measure_nr = s.measure_nr and e.reporter_nr = s.reporter_nr
inner join mart.cells as f
    on f.measure_nr = s.measure_nr and f.reporter_nr = s.reporter_nr and f.quarter_index = s.quarter_index and f.place_nr = s.place_nr
inner join ref.numbers as n on n.reporter_nr = s.reporter_nr
where s.quarter_index = $now
order by s.measure, n.reporter_id
