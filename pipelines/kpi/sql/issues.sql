-- One row per issue of the newest return of a reporter and quarter that still stands: errors and unanswered warnings.
with quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
),
withdrawn as (
    select target from raw.decisions where kind = 'withdraw' and target is not null
),
settled as (
    select reporter, period, field from raw.decisions where kind = 'settle'
),
newest as (
    select i.reporter, i.period, arg_max(i.submission, s."order") as submission
    from (select distinct reporter, period, submission from raw.values) as i
    inner join raw.submissions as s on s.submission = i.submission
    where i.submission not in (select target from withdrawn)
    group by i.reporter, i.period
),
-- A reporter sends more than one form in a quarter only under different ids: one place each.
standing as (
    select distinct reporter_id, quarter_index, place_nr from mart.returns
)
select
    p.place_group, i.reporter, i.period, i.code, i.severity, i.field, i.sheet, i.cell, i.text, i."values" as given,
    i.submission, s.name as file, s.received
from raw.issues as i
inner join newest as n on n.reporter = i.reporter and n.period = i.period and n.submission = i.submission
inner join ref.periods as e on e.period = i.period
inner join quarters as q on q.quarter_index = e.quarter_index
left join mart.numbers_sent as m on m.number = i.reporter and m.period = i.period
inner join standing as r on r.reporter_id = coalesce(m.reporter_id, i.reporter) and r.quarter_index = e.quarter_index
inner join places as p on p.place_nr = r.place_nr
inner join raw.submissions as s on s.submission = i.submission
left join settled as t
    on t.reporter = i.reporter and t.period = i.period and (t.field is null or t.field = i.field)
where i.severity in ('error', 'warning') and t.reporter is null and p.exact
order by i."order"
