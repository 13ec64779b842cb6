-- One row per B93 club on the register D4.
select
    l.record as reporter_id, 'club' as kind, l.reporter, l.period, l.submission,
    max(case when t.field = 'commune' then t.text end) as commune,
    max(case when t.field = 'founded' then t.as_day end) as founded,
    max(case when t.field = 'board_size' then t.as_number end) as board_size,
    max(case when t.field = 'status' then t.text end) as status,
    max(case when t.field = 'valid_from' then t.as_day end) as valid_from,
    max(case when t.field = 'valid_to' then t.as_day end) as valid_to
from register_lines as l
inner join register_texts as t on t.register = l.register and t.reporter = l.reporter and t.record = l.record
where l.register = 'D4'
group by l.record, l.reporter, l.period, l.submission
