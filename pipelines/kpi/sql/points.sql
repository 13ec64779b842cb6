-- One row per counselling point (M4) or pilot ward (M3) on the register, placed where it stood last.
with places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group
),
placed as (
    select p.*, r.place_nr, row_number() over (partition by p.reporter_id order by r.since desc nulls last) as newest
    from mart.points as p
    inner join mart.seats as r on r.reporter_id = p.reporter_id and coalesce(r.since <= least(p.valid_to, $day), true)
)
select
    g.place_group, p.reporter_id as reporter, p.programme, p.decision_date as founded, p.launch_date as launched,
    p.valid_from, p.valid_to, p.status, p.confidence, p.supporting_facility as facility, p.board_members,
    p.seconded_counsellors, p.location
from placed as p
inner join places as g on g.place_nr = p.place_nr
where p.newest = 1
order by p.reporter_id
