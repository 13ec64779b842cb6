-- One row per line of form C that is no entry error: its newest text, column by column.
select
    l.record as referral, l.reporter as reporter_id, l.period as last_period, l.submission,
    max(case when t.field = 'programme' then t.text end) as programme,
    max(case when t.field = 'client' then t.text end) as client,
    max(case when t.field = 'sex' then t.text end) as sex,
    max(case when t.field = 'age_band' then t.text end) as age_band,
    max(case when t.field = 'client_group' then t.text end) as client_group,
    max(case when t.field = 'client_status' then t.text end) as client_status,
    max(case when t.field = 'service' then t.text end) as service,
    max(case when t.field = 'facility' then t.text end) as facility,
    max(case when t.field = 'referral_date' then t.as_day end) as referral_date,
    max(case when t.field = 'slip' then t.text end) as slip,
    max(case when t.field = 'consent' then t.text end) as consent,
    max(case when t.field = 'status' then t.text end) as status,
    max(case when t.field = 'attended_date' then t.as_day end) as attended_date,
    max(case when t.field = 'start_date' then t.as_day end) as start_date,
    max(case when t.field = 'outcome_date' then t.as_day end) as outcome_date,
    max(case when t.field = 'outcome' then t.text end) as outcome,
    max(case when t.field = 'closed_reason' then t.text end) as closed_reason
from register_lines as l
inner join register_texts as t on t.register = l.register and t.reporter = l.reporter and t.record = l.record
where l.register = 'C'
group by l.record, l.reporter, l.period, l.submission
