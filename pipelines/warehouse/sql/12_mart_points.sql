-- One row per counselling point (M4) or pilot ward (M3) on the register D3.
create table mart.points as
select
    reporter_id, kind, commune, programme, location, decision_no, decision_date, launch_date, chair_role, board_sectors, board_members,
    seconded_counsellors, supporting_facility, status, valid_from, valid_to, successor, confidence
from in_points
order by kind, reporter_id;
