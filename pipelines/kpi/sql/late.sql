-- One row per value that came after its period was closed and differs from what stood: old, new, and whether approved.
with quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
),
closes as (
    select period, min(seq) as seq, min("at") as closed
    from raw.decisions
    where kind = 'close'
    group by period
),
withdrawn as (
    select target from raw.decisions where kind = 'withdraw' and target is not null
),
approved as (
    select distinct target from raw.decisions where kind = 'approve' and target is not null
),
accepted as (
    select v.* replace (coalesce(m.reporter_id, v.reporter) as reporter), c.seq as close_seq, c.closed
    from raw.values as v
    left join mart.numbers_sent as m on m.number = v.reporter and m.period = v.period
    inner join closes as c on c.period = v.period
    where v.state = 'accepted' and v.submission not in (select target from withdrawn)
),
stood as (
    select reporter, period, field, arg_max(value, "order") as value
    from accepted
    where seq < close_seq
    group by reporter, period, field
),
standing as (
    select distinct reporter_id, quarter_index, place_nr from mart.returns
)
select
    p.place_group, a.reporter, a.period, a.field, b.value as before, a.value as after, a.closed, a.received, a.submission,
    a.sheet, a.cell, y.target is not null as approved
from accepted as a
inner join ref.periods as e on e.period = a.period
inner join quarters as q on q.quarter_index = e.quarter_index
inner join standing as r on r.reporter_id = a.reporter and r.quarter_index = e.quarter_index
inner join places as p on p.place_nr = r.place_nr
left join stood as b on b.reporter = a.reporter and b.period = a.period and b.field = a.field
left join approved as y on y.target = a.submission
where a.seq >= a.close_seq and p.exact and (b.value is null or b.value <> a.value)
order by a."order"
