-- One row per side, measure, reporter and quarter: a cell a figure may stand on, and where it was written.
with terms as (
    select
        unnest($side) as side,
        unnest($measure) as measure,
        unnest($over_time) as over_time,
        unnest($protected) as protected
),
quarters as (
    select unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select unnest($place) as place_id, unnest($place_group) as place_group, unnest($exact) as exact
)
-- NOTE: protected cells outside the reader's scope are dropped here and never leave the query.
select
    t.side, t.measure, t.over_time, p.place_group, f.reporter_id as reporter, e.period, f.value, f.qualifier,
    f.estimate, f.flagged, f.submission, s.name as file, s.file_sha256, f.sheet, f.cell, s.received
from mart.facts as f
inner join terms as t on t.measure = f.measure
inner join quarters as q on q.quarter_index = f.quarter_index
inner join places as p on p.place_id = f.place_id
inner join ref.periods as e on e.quarter_index = f.quarter_index
left join raw.submissions as s on s.submission = f.submission
where (t.over_time <> 'last' or q.is_last) and (not t.protected or p.exact)
order by t.side, t.measure, f.reporter_id, f.quarter_index
