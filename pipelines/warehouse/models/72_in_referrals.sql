-- One row per dated referral, with what equal follow-up has shown. `answered_date`: the first day with any feedback; for an end
-- without a date, the last day of the period reported for. `followed`: the next quarter's return came, so that 90 days are known.
select
    referral, reporter_id, quarter_index, place_id, district_code, programme, service, client, client_status, sex, age_band,
    client_group, facility, slip, consent, status, referral_date, attended_date, start_date, outcome_date, outcome, closed_reason,
    last_period, submission, attended, started, completed, going, arrived, pending, refused, lost, dropped, transferred,
    coalesce(least(attended_date, start_date, outcome_date), case when not pending then last_day end) as answered_date,
    followed,
    coalesce(followed and date_diff('day', referral_date, attended_date) <= 30, false) as attended_30,
    coalesce(followed and date_diff('day', referral_date, attended_date) <= 90, false) as attended_90,
    coalesce(followed and date_diff('day', referral_date, start_date) <= 90, false) as started_90,
    coalesce(completed and followed and date_diff('day', referral_date, coalesce(outcome_date, last_day)) <= 90, false) as completed_90,
    coalesce((lost or dropped) and followed and date_diff('day', referral_date, coalesce(outcome_date, last_day)) <= 90, false) as lost_90
from placed_referrals
