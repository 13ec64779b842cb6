-- One row per team on the register D1.
select
    l.record as reporter_id, 'team' as kind, l.reporter, l.period, l.submission,
    max(case when t.field = 'commune' then t.text end) as commune,
    max(case when t.field = 'decision_date' then t.as_day end) as decision_date,
    max(case when t.field = 'valid_from' then t.as_day end) as valid_from,
    max(case when t.field = 'valid_to' then t.as_day end) as valid_to,
    max(case when t.field = 'grade_year' then t.as_number end) as grade_year,
    max(case when t.field = 'grade' then t.text end) as grade,
    max(case when t.field = 'helper_model_from' then t.as_day end) as helper_model_from
from register_lines as l
inner join register_texts as t on t.register = l.register and t.reporter = l.reporter and t.record = l.record
where l.register = 'D1'
group by l.record, l.reporter, l.period, l.submission
