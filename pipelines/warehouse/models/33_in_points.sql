-- One row per counselling point (programme M4) or pilot ward (M3) on the register D3.
select
    l.record as reporter_id, l.reporter, l.period, l.submission,
    case when max(case when t.field = 'programme' then t.text end) = 'M3' then 'pilot' else 'point' end as kind,
    max(case when t.field = 'commune' then t.text end) as commune,
    max(case when t.field = 'programme' then t.text end) as programme,
    max(case when t.field = 'location' then t.text end) as location,
    max(case when t.field = 'decision_no' then t.text end) as decision_no,
    max(case when t.field = 'decision_date' then t.as_day end) as decision_date,
    max(case when t.field = 'launch_date' then t.as_day end) as launch_date,
    max(case when t.field = 'chair_role' then t.text end) as chair_role,
    max(case when t.field = 'board_sectors' then t.text end) as board_sectors,
    max(case when t.field = 'board_members' then t.as_number end) as board_members,
    max(case when t.field = 'seconded_counsellors' then t.as_number end) as seconded_counsellors,
    max(case when t.field = 'supporting_facility' then t.text end) as supporting_facility,
    max(case when t.field = 'status' then t.text end) as status,
    max(case when t.field = 'valid_from' then t.as_day end) as valid_from,
    max(case when t.field = 'valid_to' then t.as_day end) as valid_to,
    max(case when t.field = 'successor' then t.text end) as successor,
    max(case when t.field = 'confidence' then t.text end) as confidence
from register_lines as l
inner join register_texts as t on t.register = l.register and t.reporter = l.reporter and t.record = l.record
where l.register = 'D3'
group by l.record, l.reporter, l.period, l.submission
