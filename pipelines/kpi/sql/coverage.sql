-- One row per source of returns, bucket of time, stock or flow, and group of places: returns expected and received.
with buckets as (
    select unnest($bucket) as bucket, unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select unnest($place) as place_id, unnest($place_group) as place_group
),
owed as (
    select form as source, quarter_index, place_id, expected, received, on_time, fields_expected, fields_received
    from mart.returns
    union all
    select 'register' as source, quarter_index, place_id, true, true, true, 0, 0
    from mart.facts
    where measure = 'communes'
)
select
    o.source, b.bucket, p.place_group,
    cast(sum(case when o.expected then 1 else 0 end) as double) as expected,
    cast(sum(case when o.received then 1 else 0 end) as double) as received,
    cast(sum(case when o.expected and o.on_time then 1 else 0 end) as double) as on_time,
    cast(sum(case when o.expected then o.fields_expected else 0 end) as double) as fields_expected,
    cast(sum(o.fields_received) as double) as fields_received,
    cast(sum(case when b.is_last and o.expected then 1 else 0 end) as double) as expected_last,
    cast(sum(case when b.is_last and o.received then 1 else 0 end) as double) as received_last
from owed as o
inner join buckets as b on b.quarter_index = o.quarter_index
inner join places as p on p.place_id = o.place_id
group by o.source, b.bucket, p.place_group
order by o.source, b.bucket, p.place_group
