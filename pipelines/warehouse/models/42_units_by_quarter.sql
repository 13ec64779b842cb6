-- One row per unit of a register and quarter, with its place; `is_active`: on the quarter's last day.
-- An empty valid_from means "before our records"; valid_to is the last day of activity.
select
    u.reporter_id, u.kind, u.submission, s.quarter_index, s.starts, s.ends, s.place_id, s.district_code,
    u.decision_date, u.valid_to, u.helper_model_from, u.board_members, u.seconded_counsellors,
    ((u.valid_from is null or u.valid_from <= s.ends) and (u.valid_to is null or u.valid_to >= s.ends)) as is_active
from (
    select
        reporter_id, kind, submission, valid_from, valid_to, decision_date, helper_model_from,
        cast(null as bigint) as board_members, cast(null as bigint) as seconded_counsellors
    from in_teams
    union all
    select
        reporter_id, kind, submission, valid_from, valid_to, decision_date, cast(null as date) as helper_model_from,
        board_members, seconded_counsellors
    from in_points
    union all
    select
        reporter_id, kind, submission, valid_from, valid_to, cast(null as date) as decision_date, cast(null as date) as helper_model_from,
        cast(null as bigint) as board_members, cast(null as bigint) as seconded_counsellors
    from in_clubs
) as u
inner join seats_by_quarter as s on s.reporter_id = u.reporter_id
