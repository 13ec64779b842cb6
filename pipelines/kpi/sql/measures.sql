-- One row per figure, bucket of time and group of places: numerator, denominator and the qualifier of the numerator.
with terms as (
    select
        unnest($term_figure) as figure,
        unnest($term_bucket) as bucket,
        unnest($term_side) as side,
        unnest($term_measure) as measure,
        unnest($term_time) as over_time,
        unnest($term_protected) as protected
),
sides as (
    select figure, bucket, side, count(*) as measures from terms group by figure, bucket, side
),
buckets as (
    select unnest($bucket) as bucket, unnest($quarter) as quarter_index, unnest($is_last) as is_last
),
places as (
    select unnest($place) as place_id, unnest($place_group) as place_group, unnest($exact) as exact
),
-- NOTE: protected cells outside the reader's scope are dropped here, before anything is added.
cells as (
    select
        t.figure, t.side, t.measure, t.over_time, t.bucket, p.place_group, f.reporter_id,
        f.value, f.qualifier, f.estimate
    from mart.facts as f
    inner join terms as t on t.measure = f.measure
    inner join buckets as b on b.bucket = t.bucket and b.quarter_index = f.quarter_index
    inner join places as p on p.place_id = f.place_id
    where (t.over_time <> 'last' or b.is_last) and (not t.protected or p.exact)
),
per_measure as (
    select
        figure, side, measure, bucket, reporter_id,
        max(place_group) as place_group,
        case when max(over_time) = 'any' then max(value) else sum(value) end as value,
        max(qualifier) as qualifier,
        max(case when estimate then 1 else 0 end) as estimate
    from cells
    group by figure, side, measure, bucket, reporter_id
),
per_side as (
    select
        m.figure, m.side, m.bucket, m.reporter_id,
        max(m.place_group) as place_group,
        sum(m.value) as value,
        max(m.qualifier) as qualifier,
        max(m.estimate) as estimate
    from per_measure as m
    inner join sides as s on s.figure = m.figure and s.bucket = m.bucket and s.side = m.side
    group by m.figure, m.side, m.bucket, m.reporter_id
    having count(*) = max(s.measures)
),
-- A ratio stands on the reporters that have both sides; a count has no denominator.
paired as (
    select
        n.figure, n.bucket, n.place_group, n.value as numerator, d.value as denominator, n.qualifier, n.estimate
    from per_side as n
    left join sides as s on s.figure = n.figure and s.bucket = n.bucket and s.side = 'denominator'
    left join per_side as d
        on d.figure = n.figure and d.bucket = n.bucket and d.reporter_id = n.reporter_id and d.side = 'denominator'
    where n.side = 'numerator' and (s.figure is null or d.value is not null)
)
select
    figure, bucket, place_group,
    cast(sum(numerator) as double) as numerator,
    cast(sum(denominator) as double) as denominator,
    cast(max(qualifier) as integer) as qualifier,
    cast(max(estimate) as integer) as estimate
from paired
group by figure, bucket, place_group
order by figure, bucket, place_group
