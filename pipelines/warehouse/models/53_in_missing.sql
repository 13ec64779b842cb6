-- One row per field, reporter and quarter whose return came without an accepted value: `blocked` where an error keeps out
-- what was sent, `blank` where nothing was. Nothing is missing of an optional blank, or of a field its version had not yet.
select o.field, o.reporter_id, o.quarter_index, o.place_id, o.reason
from (
    select
        f.field, r.reporter_id, r.quarter_index, r.place_id, f.required,
        case when v.last_state in ('blocked', 'unread') then 'blocked' else 'blank' end as reason
    from in_returns as r
    inner join in_periods as q on q.quarter_index = r.quarter_index
    left join standing_submissions as s on s.submission = r.submission
    inner join fields as f on f.form = r.form and coalesce(s.version, 1) >= f.since
    left join value_states as v on v.reporter_id = r.reporter_id and v.period = q.period and v.field = f.field
    where r.received and r.form in ('A', 'B') and v.accepted is null
) as o
where o.required or o.reason = 'blocked'
