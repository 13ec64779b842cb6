-- One row per reporter, form and quarter that came with content: when it first came, its newest submission, its required fields.
-- Form C alone counts as received with its submission: a register without lines is a return of none.
select r.reporter_id, r.form, q.quarter_index, r.received_at, r.submission, s.status, r.fields_received
from (
    select
        n.reporter_id, n.form, n.period, min(n.received) as received_at, arg_max(n.submission, n.row_nr) as submission,
        cast(count(f.field) as bigint) as fields_received
    from newest_values as n
    left join fields as f on f.field = n.field and f.required
    where n.form in ('A', 'B')
    group by n.reporter_id, n.form, n.period
    union all
    select
        reporter_id, form, period, min(received) as received_at, arg_max(submission, row_nr) as submission,
        cast(1 as bigint) as fields_received
    from standing_submissions
    where form = 'C' and status <> 'returned'
    group by reporter_id, form, period
) as r
inner join in_periods as q on q.period = r.period
left join standing_submissions as s on s.submission = r.submission
