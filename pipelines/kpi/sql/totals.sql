-- One row per figure, bucket of time and group of whole districts: numerator, denominator and the marks of the numerator.
with terms as (
    select
        cast(unnest($term_figure) as integer) as figure,
        cast(unnest($term_total) as smallint) as figure_nr,
        unnest($term_last) as last_only,
        unnest($term_protected) as protected
),
buckets as (
    select cast(unnest($bucket) as integer) as bucket, cast(unnest($quarter) as smallint) as quarter_index, unnest($is_last) as is_last
),
districts as (
    select cast(unnest($district) as smallint) as district_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
-- NOTE: protected totals outside the reader's scope are dropped here, before anything is added.
select
    t.figure, b.bucket, d.place_group,
    cast(sum(s.numerator) as double) as numerator,
    cast(sum(s.denominator) as double) as denominator,
    cast(max(s.qualifier) as integer) as qualifier,
    cast(max(s.estimate) as integer) as estimate
from mart.totals as s
inner join terms as t on t.figure_nr = s.figure_nr
inner join buckets as b on b.quarter_index = s.quarter_index
inner join districts as d on d.district_nr = s.district_nr
where (b.is_last or not t.last_only) and (d.exact or not t.protected)
group by t.figure, b.bucket, d.place_group
