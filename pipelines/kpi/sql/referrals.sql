-- One row per figure, bucket of time, group of places and service: referrals dated in the bucket and what became of them.
with figures as (
    select cast(unnest($figure) as integer) as figure, unnest($programme) as programme
),
wanted as (
    select cast(unnest($wanted_figure) as integer) as figure, unnest($wanted_service) as service
),
buckets as (
    select cast(unnest($bucket) as integer) as bucket, unnest($quarter) as quarter_index, unnest($ends) as ends
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact,
        cast(unnest($reporter) as varchar) as reporter_id
),
slips as (
    select
        g.figure, b.bucket, p.place_group,
        case when $by_service then r.service else '' end as service_group,
        r.reporter_id, r.client, r.attended, r.started, r.completed, r.going, r.arrived, r.pending, r.refused, r.lost,
        r.dropped, r.transferred,
        coalesce(r.answered_date > b.ends, true) and b.ends - r.referral_date > 30 as open_over_30,
        r.followed, r.attended_30, r.attended_90, r.started_90, r.completed_90, r.lost_90,
        coalesce(r.outcome is not null, false) as verified,
        coalesce(r.outcome in ('admitted', 'rehab_completed'), false) as admitted,
        coalesce(r.outcome = 'first_dose', false) as first_dose,
        coalesce(r.outcome in ('employed_30', 'employed_90'), false) as in_work_30,
        coalesce(r.outcome = 'employed_90', false) as in_work_90,
        coalesce(r.closed_reason = 'no_capacity', false) as no_capacity,
        r.attended_date - r.referral_date as days
    from mart.referrals as r
    inner join figures as g on g.programme = r.programme
    inner join wanted as w on w.figure = g.figure and w.service = r.service
    inner join buckets as b on b.quarter_index = r.quarter_index
    inner join places as p on p.place_nr = r.place_nr and (p.reporter_id is null or p.reporter_id = r.reporter_id)
    where p.exact
),
-- People are distinct within a point over the whole bucket and added over points.
people as (
    select figure, bucket, place_group, service_group, reporter_id, count(distinct client) as persons
    from slips
    group by figure, bucket, place_group, service_group, reporter_id
),
people_added as (
    select figure, bucket, place_group, service_group, sum(persons) as persons
    from people
    group by figure, bucket, place_group, service_group
),
counted as (
    select
        figure, bucket, place_group, service_group,
        count(*) as issued,
        sum(case when attended then 1 else 0 end) as attended,
        sum(case when started then 1 else 0 end) as started,
        sum(case when completed then 1 else 0 end) as completed,
        sum(case when going then 1 else 0 end) as going,
        sum(case when arrived then 1 else 0 end) as arrived,
        sum(case when pending then 1 else 0 end) as pending,
        sum(case when open_over_30 then 1 else 0 end) as open_over_30,
        sum(case when followed then 1 else 0 end) as followed,
        sum(case when attended_30 then 1 else 0 end) as attended_30,
        sum(case when attended_90 then 1 else 0 end) as attended_90,
        sum(case when started_90 then 1 else 0 end) as started_90,
        sum(case when completed_90 then 1 else 0 end) as completed_90,
        sum(case when lost_90 then 1 else 0 end) as lost_90,
        sum(case when lost then 1 else 0 end) as lost,
        sum(case when dropped then 1 else 0 end) as dropped,
        sum(case when refused then 1 else 0 end) as refused,
        sum(case when transferred then 1 else 0 end) as transferred,
        sum(case when verified then 1 else 0 end) as verified,
        sum(case when admitted then 1 else 0 end) as admitted,
        sum(case when first_dose then 1 else 0 end) as first_dose,
        sum(case when in_work_30 then 1 else 0 end) as in_work_30,
        sum(case when in_work_90 then 1 else 0 end) as in_work_90,
        sum(case when no_capacity then 1 else 0 end) as no_capacity,
        quantile_cont(days, 0.5) as days_median,
        quantile_cont(days, 0.9) as days_p90
    from slips
    group by figure, bucket, place_group, service_group
)
select
    c.figure, c.bucket, c.place_group, c.service_group as service,
    cast(a.persons as double) as persons,
    cast(c.issued as double) as issued,
    cast(c.attended as double) as attended,
    cast(c.started as double) as started,
    cast(c.completed as double) as completed,
    cast(c.going as double) as going,
    cast(c.arrived as double) as arrived,
    cast(c.pending as double) as pending,
    cast(c.open_over_30 as double) as open_over_30,
    cast(c.lost as double) as lost,
    cast(c.dropped as double) as dropped,
    cast(c.refused as double) as refused,
    cast(c.transferred as double) as transferred,
    cast(c.followed as double) as followed,
    cast(c.attended_30 as double) as attended_30,
    cast(c.attended_90 as double) as attended_90,
    cast(c.started_90 as double) as started_90,
    cast(c.completed_90 as double) as completed_90,
    cast(c.lost_90 as double) as lost_90,
    cast(c.verified as double) as verified,
    cast(c.admitted as double) as admitted,
    cast(c.first_dose as double) as first_dose,
    cast(c.in_work_30 as double) as in_work_30,
    cast(c.in_work_90 as double) as in_work_90,
    cast(c.no_capacity as double) as no_capacity,
    cast(c.days_median as double) as days_median,
    cast(c.days_p90 as double) as days_p90
from counted as c
inner join people_added as a
    on a.figure = c.figure and a.bucket = c.bucket and a.place_group = c.place_group and a.service_group = c.service_group
order by c.figure, c.bucket, c.place_group, c.service_group
