-- One row per submission that nobody has withdrawn.
select s.submission, s.unit as reporter_id, s.form, s.version, s.period, s.received, s.status, s."order" as row_nr
from in_submissions as s
left join withdrawn as w on w.submission = s.submission
where w.submission is null
