-- One row per figure, bucket of time and group of places: values missing from returns that came, and such returns.
with terms as (
    select
        cast(unnest($term_figure) as integer) as figure,
        cast(unnest($term_bucket) as integer) as bucket,
        cast(unnest($term_measure) as smallint) as measure_nr,
        unnest($term_last) as last_only
),
buckets as (
    select cast(unnest($bucket) as integer) as bucket, cast(unnest($quarter) as smallint) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group,
        cast(unnest($reporter) as integer) as reporter_nr
)
select
    t.figure, t.bucket, p.place_group,
    cast(count(*) filter (where m.reason = 'blank') as double) as blank,
    cast(count(*) filter (where m.reason = 'blocked') as double) as blocked,
    cast(count(distinct (m.reporter_nr, m.quarter_index)) as double) as incomplete
from mart.missing as m
inner join terms as t on t.measure_nr = m.measure_nr
inner join buckets as b on b.bucket = t.bucket and b.quarter_index = m.quarter_index
inner join places as p on p.place_nr = m.place_nr and (p.reporter_nr is null or p.reporter_nr = m.reporter_nr)
where b.is_last or not t.last_only
group by t.figure, t.bucket, p.place_group
