-- One row per figure, bucket of time and group of places: numerator, denominator and the marks of the numerator.
with terms as (
    select
        cast(unnest($term_figure) as integer) as figure,
        cast(unnest($term_bucket) as integer) as bucket,
        cast(unnest($term_side) as tinyint) as side,
        cast(unnest($term_measure) as smallint) as measure_nr,
        cast(unnest($term_bit) as integer) as bit,
        cast(unnest($term_time) as tinyint) as over_time,
        unnest($term_protected) as protected
),
needed as (
    select
        figure, bucket,
        bit_or(case when side = 0 then bit else 0 end) as numerator_bits,
        bit_or(case when side = 1 then bit else 0 end) as denominator_bits
    from terms
    group by figure, bucket
),
buckets as (
    select cast(unnest($bucket) as integer) as bucket, cast(unnest($quarter) as smallint) as quarter_index, unnest($is_last) as is_last
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact,
        cast(unnest($reporter) as integer) as reporter_nr
),
-- NOTE: protected cells outside the reader's scope are dropped here, before anything is added.
-- over_time 1 reads the bucket's last quarter only, 2 holds when it held in any quarter, 0 adds up.
reporters as (
    select
        t.figure, t.bucket, p.place_group, c.reporter_nr,
        sum(case when t.side = 0 and t.over_time <> 2 then c.value else 0 end)
        + max(case when t.side = 0 and t.over_time = 2 then c.value else 0 end) as numerator,
        sum(case when t.side = 1 then c.value else 0 end) as denominator,
        bit_or(case when t.side = 0 then t.bit else 0 end) as numerator_bits,
        bit_or(case when t.side = 1 then t.bit else 0 end) as denominator_bits,
        max(case when t.side = 0 then c.qualifier else 0 end) as qualifier,
        max(case when t.side = 0 and c.estimate then 1 else 0 end) as estimate
    from mart.cells as c
    inner join terms as t on t.measure_nr = c.measure_nr
    inner join buckets as b on b.bucket = t.bucket and b.quarter_index = c.quarter_index
    inner join places as p on p.place_nr = c.place_nr and (p.reporter_nr is null or p.reporter_nr = c.reporter_nr)
    where (b.is_last or t.over_time <> 1) and (p.exact or not t.protected)
    group by t.figure, t.bucket, p.place_group, c.reporter_nr
)
-- A figure stands on the reporters that gave every measure of every side.
select
    r.figure, r.bucket, r.place_group,
    cast(sum(r.numerator) as double) as numerator,
    cast(sum(r.denominator) as double) as denominator,
    cast(max(r.qualifier) as integer) as qualifier,
    cast(max(r.estimate) as integer) as estimate
from reporters as r
inner join needed as n
    on n.figure = r.figure and n.bucket = r.bucket
    and n.numerator_bits = r.numerator_bits and n.denominator_bits = r.denominator_bits
group by r.figure, r.bucket, r.place_group
