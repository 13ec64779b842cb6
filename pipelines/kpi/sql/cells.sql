-- One row per side, measure, reporter and quarter: a cell a figure may stand on, and where it was written.
with terms as (
    select
        unnest($side) as side,
        unnest($measure) as measure,
        cast(unnest($measure_nr) as smallint) as measure_nr,
        unnest($over_time) as over_time,
        unnest($protected) as protected
),
quarters as (
    select unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
-- NOTE: protected cells outside the reader's scope are dropped here and never leave the query.
select
    t.side, t.measure, t.over_time, p.place_group, n.reporter_id as reporter, e.period, f.value, f.qualifier,
    f.estimate, f.flagged, f.submission, s.name as file, s.file_sha256, f.sheet, f.cell, s.received
from mart.cells as f
inner join terms as t on t.measure_nr = f.measure_nr
inner join ref.numbers as n on n.reporter_nr = f.reporter_nr
inner join quarters as q on q.quarter_index = f.quarter_index
inner join places as p on p.place_nr = f.place_nr
inner join ref.periods as e on e.quarter_index = f.quarter_index
left join raw.submissions as s on s.submission = f.submission
where (t.over_time <> 'last' or q.is_last) and (not t.protected or p.exact)
order by t.side, t.measure, n.reporter_id, f.quarter_index
