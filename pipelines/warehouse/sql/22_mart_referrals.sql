-- One row per referral: the newest line of its slip, placed on the last day of the quarter it was dated in.
create table mart.referrals as
select
    referral, reporter_id, quarter_index::integer as quarter_index, place_id, district_code, programme, service, client, client_status, sex, age_band,
    client_group, facility, slip, consent, status, referral_date, attended_date, start_date, outcome_date, outcome, closed_reason, last_period, submission
from in_referrals
order by programme, quarter_index, reporter_id, referral;
