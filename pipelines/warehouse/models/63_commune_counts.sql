-- One row per measure of the registers, commune and quarter: 0 where no unit counts, and whether it has a team or point.
select m.measure, concat('C-', c.commune) as reporter_id, c.quarter_index, c.place_id, c.district_code, cast(0 as bigint) as value
from communes_by_quarter as c
cross join (
    select unnest([
        'teams', 'points', 'points_founded', 'points_closed', 'clubs', 'models_volunteer', 'models', 'pilot_wards',
        'board_members', 'seconded_counsellors'
    ]) as measure
) as m
left join (select distinct measure, quarter_index, place_id from register_counts) as u
    on u.measure = m.measure and u.quarter_index = c.quarter_index and u.place_id = c.place_id
where u.measure is null
union all
select 'communes' as measure, concat('C-', commune) as reporter_id, quarter_index, place_id, district_code, cast(1 as bigint) as value
from communes_by_quarter
union all
select
    m.measure, concat('C-', c.commune) as reporter_id, c.quarter_index, c.place_id, c.district_code,
    cast(case when u.measure is null then 0 else 1 end as bigint) as value
from communes_by_quarter as c
cross join (
    select 'communes_with_team' as measure, 'teams' as counted
    union all
    select 'communes_with_point' as measure, 'points' as counted
) as m
left join (select distinct measure, quarter_index, place_id from register_counts) as u
    on u.measure = m.counted and u.quarter_index = c.quarter_index and u.place_id = c.place_id
