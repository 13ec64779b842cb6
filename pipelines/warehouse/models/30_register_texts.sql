-- One row per register, reporter, line and field: its newest usable text, also as day and number. A blank one counts.
-- Newest is by period first: a late correction of an old return must not undo what a later return said.
select
    register, reporter, record, field, period, submission, text,
    case when regexp_matches(text, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$') then try_cast(text as date) end as as_day,
    case when regexp_matches(text, '^[+-]?[0-9]+$') then try_cast(text as bigint) end as as_number
from (
    select
        r.register, coalesce(n.unit, r.reporter) as reporter, r.record, r.field, r.period, r.submission, nullif(r.text, '') as text,
        row_number() over (
            partition by r.register, coalesce(n.unit, r.reporter), r.record, r.field
            order by case when r.period is null then 0 else 1 end desc, r.period desc, r."order" desc
        ) as place
    from in_records as r
    left join slip_numbers as n on n.reporter = r.reporter and n.period = r.period and r.register = 'C'
    left join withdrawn as w on w.submission = r.submission
    left join approved as a on a.submission = r.submission
    left join closed as c on c.period = r.period
    where
        w.submission is null and r.state in ('accepted', 'blank')
        and (c.closed is null or r.seq < c.closed or a.submission is not null)
) as ranked
where place = 1
