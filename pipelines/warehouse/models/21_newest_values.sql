-- One row per reporter, period and field with an accepted value: the newest one, flagged when a newer was unusable.
select
    s.reporter_id, v.period, v.field, v.form, v.value, v.qualifier, v.data_status, v.submission, v.sheet, v.cell, v.received,
    v."order" as row_nr,
    (s.latest > s.accepted or d.submission is not null) as flagged
from in_values as v
inner join value_states as s on s.accepted = v."order"
left join disputed_cells as d on d.submission = v.submission and d.sheet = v.sheet and d.cell = v.cell
