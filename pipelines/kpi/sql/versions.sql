-- One row per version of a cell that a figure may stand on, as it was received: text, value and state, oldest first.
with fields as (
    select unnest($side) as side, unnest($field) as field, unnest($last_only) as last_only, unnest($protected) as protected
),
quarters as (
    select unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
),
withdrawn as (
    select distinct target from raw.decisions where kind = 'withdraw' and target is not null
),
standing as (
    select distinct reporter_id, quarter_index, place_nr from mart.returns
)
-- NOTE: protected cells outside the reader's scope are dropped here and never leave the query.
select
    f.side, p.place_group, r.reporter_id as reporter, v.period, v.field, v.text, v.value, v.state, v.received, v.submission,
    s.name as file, s.file_sha256, v.sheet, v.cell, s.origin, s.unit as sender, w.target is not null as withdrawn
from raw."values" as v
left join mart.numbers_sent as m on m.number = v.reporter and m.period = v.period
inner join ref.periods as e on e.period = v.period
inner join quarters as q on q.quarter_index = e.quarter_index
inner join fields as f on f.field = v.field
inner join standing as r on r.reporter_id = coalesce(m.reporter_id, v.reporter) and r.quarter_index = e.quarter_index
inner join places as p on p.place_nr = r.place_nr
left join raw.submissions as s on s.submission = v.submission
left join withdrawn as w on w.target = v.submission
where v.state <> 'blank' and (not f.last_only or q.is_last) and (not f.protected or p.exact)
order by v."order"
