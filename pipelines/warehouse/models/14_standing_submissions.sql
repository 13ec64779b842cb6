-- One row per submission that nobody has withdrawn, under the unit its number means.
select
    s.submission, coalesce(n.unit, s.unit) as reporter_id, s.form, s.version, s.period, s.received, s.status, s."order" as row_nr
from in_submissions as s
left join in_numbers_sent as n on n.reporter = s.unit and n.period = s.period
left join withdrawn as w on w.submission = s.submission
where w.submission is null
