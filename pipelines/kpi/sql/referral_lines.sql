-- One row per referral dated in the quarters asked, with what became of it and the return its newest line came from.
with wanted as (
    select unnest($service) as service
),
quarters as (
    select unnest($quarter) as quarter_index
),
places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group, unnest($exact) as exact
)
select
    p.place_group, r.reporter_id as reporter, e.period, r.referral, r.service, r.client, r.status, r.referral_date,
    r.attended_date, r.start_date, r.outcome_date, r.outcome, r.submission, s.name as file, s.file_sha256, s.received,
    r.attended, r.started, r.completed, r.pending, r.lost, r.dropped,
    r.answered_date, r.followed, r.attended_30, r.attended_90, r.started_90, r.completed_90, r.lost_90,
    r.refused, coalesce(r.outcome is not null, false) as verified,
    coalesce(r.outcome in ('admitted', 'rehab_completed'), false) as admitted,
    coalesce(r.outcome = 'first_dose', false) as first_dose,
    coalesce(r.outcome in ('employed_30', 'employed_90'), false) as in_work_30,
    coalesce(r.outcome = 'employed_90', false) as in_work_90,
    coalesce(r.closed_reason = 'no_capacity', false) as no_capacity
from mart.referrals as r
inner join wanted as w on w.service = r.service
inner join quarters as q on q.quarter_index = r.quarter_index
inner join places as p on p.place_nr = r.place_nr
inner join ref.periods as e on e.quarter_index = r.quarter_index
left join raw.submissions as s on s.submission = r.submission
where r.programme = $programme and p.exact
order by r.reporter_id, r.quarter_index, r.referral
