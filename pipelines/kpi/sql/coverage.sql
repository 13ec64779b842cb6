-- One row per source of returns, bucket of time and group of places: returns expected and received.
with buckets as (
    select cast(unnest($bucket) as integer) as bucket, cast(unnest($quarter) as integer) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group,
        cast(unnest($reporter) as varchar) as reporter_id
),
owed as (
    select form as source, reporter_id, quarter_index, place_nr, expected, received, on_time, fields_expected, fields_received
    from mart.returns
    union all
    select 'register' as source, n.reporter_id, c.quarter_index, c.place_nr, true, exists (select 1 from mart.reporters), true, 0, 0
    from mart.cells as c
    inner join ref.measures as m on m.measure_nr = c.measure_nr
    inner join ref.numbers as n on n.reporter_nr = c.reporter_nr
    where m.measure = 'communes'
)
select
    o.source, b.bucket, p.place_group,
    cast(sum(case when o.expected then 1 else 0 end) as double) as expected,
    cast(sum(case when o.received then 1 else 0 end) as double) as received,
    cast(sum(case when o.expected and o.on_time then 1 else 0 end) as double) as on_time,
    cast(sum(case when o.expected then o.fields_expected else 0 end) as double) as fields_expected,
    cast(sum(o.fields_received) as double) as fields_received,
    cast(sum(case when b.is_last and o.expected then 1 else 0 end) as double) as expected_last,
    cast(sum(case when b.is_last and o.received then 1 else 0 end) as double) as received_last,
    cast(sum(case when o.expected and not o.received then 1 else 0 end) as double) as unsent,
    cast(sum(case when b.is_last then case when o.expected and not o.received then 1 else 0 end else 0 end) as double) as unsent_last
from owed as o
inner join buckets as b on b.quarter_index = o.quarter_index
inner join places as p on p.place_nr = o.place_nr and (p.reporter_id is null or p.reporter_id = o.reporter_id)
group by o.source, b.bucket, p.place_group
