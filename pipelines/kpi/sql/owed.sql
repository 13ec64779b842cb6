-- One row per source of returns, bucket of time and group of whole districts: returns expected and received.
with buckets as (
    select cast(unnest($bucket) as integer) as bucket, cast(unnest($quarter) as smallint) as quarter_index, unnest($is_last) as is_last
),
districts as (
    select cast(unnest($district) as smallint) as district_nr, cast(unnest($place_group) as integer) as place_group
)
select
    o.source, b.bucket, d.place_group,
    cast(sum(o.expected) as double) as expected,
    cast(sum(o.received) as double) as received,
    cast(sum(o.on_time) as double) as on_time,
    cast(sum(o.fields_expected) as double) as fields_expected,
    cast(sum(o.fields_received) as double) as fields_received,
    cast(sum(case when b.is_last then o.expected else 0 end) as double) as expected_last,
    cast(sum(case when b.is_last then o.received else 0 end) as double) as received_last,
    cast(sum(o.unsent) as double) as unsent,
    cast(sum(case when b.is_last then o.unsent else 0 end) as double) as unsent_last
from mart.owed as o
inner join buckets as b on b.quarter_index = o.quarter_index
inner join districts as d on d.district_nr = o.district_nr
group by o.source, b.bucket, d.place_group
