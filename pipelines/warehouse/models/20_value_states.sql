-- One row per reporter, period and field: its newest row, its newest accepted one, and the state of the newest.
-- Order is that of receipt, never a clock. Withdrawn rows are as if never sent; what came after a close waits.
select
    coalesce(n.unit, v.reporter) as reporter_id, v.period, v.field,
    max(v."order") as latest,
    max(case when v.state = 'accepted' then v."order" end) as accepted,
    arg_max(v.state, v."order") as last_state
from in_values as v
left join in_numbers_sent as n on n.reporter = v.reporter and n.period = v.period
left join withdrawn as w on w.submission = v.submission
left join approved as a on a.submission = v.submission
left join closed as c on c.period = v.period
where w.submission is null and (c.closed is null or v.seq < c.closed or a.submission is not null)
group by coalesce(n.unit, v.reporter), v.period, v.field
