-- One row per reporter, form and quarter in which a return was expected or received.
-- What nobody expected is placed where its reporter's code says; in time is before the deadline, a moment in UTC.
select
    m.reporter_id, m.form, m.quarter_index,
    coalesce(m.place_id, c.place_id) as place_id,
    coalesce(m.district_code, c.district_code) as district_code,
    m.expected,
    m.received_at is not null as received,
    m.received_at,
    coalesce(m.received_at < q.deadline, false) as on_time,
    m.status, m.submission, f.fields_expected, m.fields_received
from (
    select
        coalesce(o.reporter_id, r.reporter_id) as reporter_id, coalesce(o.form, r.form) as form,
        coalesce(o.quarter_index, r.quarter_index) as quarter_index, o.place_id, o.district_code,
        o.reporter_id is not null as expected, r.received_at, r.status, r.submission,
        coalesce(r.fields_received, 0) as fields_received
    from expected_returns as o
    full outer join received_returns as r
        on r.reporter_id = o.reporter_id and r.form = o.form and r.quarter_index = o.quarter_index
) as m
left join communes_by_quarter as c on c.commune = substr(m.reporter_id, 3, 5) and c.quarter_index = m.quarter_index
left join in_periods as q on q.quarter_index = m.quarter_index
left join forms as f on f.form = m.form
