-- One row per total somebody wrote that differs from what its own lines add up to, in returns that were not withdrawn.
select
    s.unit, s.form, coalesce(i.period, s.period) as period, i.field, i."values" as given, i.sheet, i.cell, i.submission,
    s.name as file, s.received
from raw.issues as i
inner join raw.submissions as s on s.submission = i.submission
where
    i.code = 'C001'
    and i.submission not in (select target from raw.decisions where kind = 'withdraw' and target is not null)
order by i."order"
