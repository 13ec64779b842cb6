-- One row per measure of the registers, unit and quarter: what the unit counts for.
select 'teams' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and kind = 'team'
union all
select 'points' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and kind = 'point'
union all
select 'points_founded' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where kind = 'point' and decision_date between starts and ends
union all
select 'points_closed' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where kind = 'point' and valid_to between starts and ends
union all
select 'clubs' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and kind = 'club'
union all
select 'models_volunteer' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and kind = 'team' and helper_model_from <= ends
union all
-- A model each: units of three registers never report together, so this is no sum of three measures.
select 'models' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and (kind in ('club', 'point') or (kind = 'team' and helper_model_from <= ends))
union all
select 'pilot_wards' as measure, reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value, submission
from units_by_quarter
where is_active and kind = 'pilot'
union all
select
    'board_members' as measure, reporter_id, quarter_index, place_id, district_code, coalesce(board_members, 0) as value, submission
from units_by_quarter
where is_active and kind = 'point'
union all
select
    'seconded_counsellors' as measure, reporter_id, quarter_index, place_id, district_code,
    coalesce(seconded_counsellors, 0) as value, submission
from units_by_quarter
where is_active and kind = 'point'
