-- One row per referral: the newest line of its slip, placed on the last day of the quarter it was dated in.
create table mart.referrals as
select
    r.referral, r.reporter_id, r.quarter_index::integer as quarter_index, p.place_nr, r.place_id, r.district_code, r.programme, r.service, r.client,
    r.client_status, r.sex, r.age_band, r.client_group, r.facility, r.slip, r.consent, r.status, r.referral_date, r.attended_date, r.start_date,
    r.outcome_date, r.outcome, r.closed_reason, r.last_period, r.submission,
    r.attended, r.started, r.completed, r.going, r.arrived, r.pending, r.refused, r.lost, r.dropped, r.transferred,
    r.answered_date, r.followed, r.attended_30, r.attended_90, r.started_90, r.completed_90, r.lost_90
from in_referrals as r
left join ref.places as p on p.place_id = r.place_id
order by r.programme, r.quarter_index, r.reporter_id, r.referral;
