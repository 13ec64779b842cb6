-- One row per bucket of time, group of places, service, receiver and value of a detail: referrals dated in the bucket that have it.
with buckets as (
    select cast(unnest($bucket) as integer) as bucket, unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact,
        cast(unnest($reporter) as varchar) as reporter_id
),
slips as (
    select
        b.bucket, p.place_group,
        case when $by_service then r.service else '' end as service,
        case when $by_facility then coalesce(r.facility, '') else '' end as facility,
        case $detail
            when 'outcome' then r.outcome
            when 'closed_reason' then r.closed_reason
            when 'facility' then r.facility
            when 'sex' then r.sex
            when 'age_band' then r.age_band
            when 'client_group' then r.client_group
        end as detail,
        r.attended, r.followed, r.lost or r.dropped as given_up,
        r.attended_date - r.referral_date as days
    from mart.referrals as r
    inner join buckets as b on b.quarter_index = r.quarter_index
    inner join places as p on p.place_nr = r.place_nr and (p.reporter_id is null or p.reporter_id = r.reporter_id)
    where p.exact and r.programme = $programme
),
wholes as (
    select
        bucket, place_group, service, facility,
        count(*) as issued,
        count(*) filter (where followed) as issued_followed
    from slips
    group by bucket, place_group, service, facility
),
-- A client may belong to several groups; a referral then has several rows.
parts as (
    select
        bucket, place_group, service, facility, attended, followed, given_up, days,
        unnest(string_split(detail, ';')) as detail
    from slips
    where detail is not null
),
counted as (
    select
        bucket, place_group, service, facility, detail,
        count(*) as referrals,
        count(*) filter (where followed) as followed,
        count(*) filter (where attended) as attended,
        count(*) filter (where given_up) as given_up,
        quantile_cont(days, 0.5) as days_median,
        quantile_cont(days, 0.9) as days_p90
    from parts
    group by bucket, place_group, service, facility, detail
)
select
    c.bucket, c.place_group, c.service, c.facility, c.detail, c.referrals, c.followed, w.issued, w.issued_followed,
    c.attended, c.given_up, cast(c.days_median as double) as days_median, cast(c.days_p90 as double) as days_p90
from counted as c
inner join wholes as w on w.bucket = c.bucket and w.place_group = c.place_group and w.service = c.service and w.facility = c.facility
order by c.bucket, c.place_group, c.service, c.facility, c.referrals desc, c.detail
