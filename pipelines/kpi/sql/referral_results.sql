-- One row per referral dated in the quarters asked: how it can be cut, what was verified, why it failed, the days it took.
with buckets as (
    select cast(unnest($bucket) as integer) as bucket, unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
select
    b.bucket, p.place_group, r.service, coalesce(r.facility, '') as facility,
    case when $personal then coalesce(r.sex, '') else '' end as sex,
    case when $personal then coalesce(r.age_band, '') else '' end as age_band,
    case when $personal then coalesce(r.client_group, '') else '' end as client_group,
    coalesce(r.outcome, '') as outcome, coalesce(r.closed_reason, '') as closed_reason,
    r.attended, r.completed, r.refused, r.lost, r.dropped, r.transferred, r.pending as waiting,
    r.followed, r.attended_30, r.attended_90, r.started_90, r.completed_90, r.lost_90,
    date_diff('day', r.referral_date, r.attended_date) as days
from mart.referrals as r
inner join buckets as b on b.quarter_index = r.quarter_index
inner join places as p on p.place_nr = r.place_nr
where r.programme = $programme and p.exact
order by b.bucket, p.place_group, r.service, facility
