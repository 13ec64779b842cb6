-- One row per field asked of a return owed or received in the quarters: its value, or null where there is none.
with quarters as (
    select cast(unnest($quarter) as smallint) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, unnest($exact) as exact
),
fields as (
    select unnest($field) as field, unnest($form) as form, unnest($protected) as protected
),
mine as (
    select r.reporter_id, r.form, r.quarter_index, r.place_nr, r.received, p.exact
    from mart.returns as r
    inner join quarters as q on q.quarter_index = r.quarter_index
    inner join places as p on p.place_nr = r.place_nr
)
select
    m.form, d.field, m.reporter_id as reporter, e.period, m.received,
    case when m.exact or not d.protected then f.value end as value,
    case when m.exact or not d.protected then f.qualifier end as qualifier,
    case when m.exact or not d.protected then f.estimate end as estimate,
    d.protected and not m.exact as suppressed
from mine as m
inner join fields as d on d.form = m.form
inner join ref.periods as e on e.quarter_index = m.quarter_index
left join mart.facts as f
    on f.measure = d.field and f.reporter_id = m.reporter_id and f.quarter_index = m.quarter_index
order by m.form, e.period, m.reporter_id, d.field
