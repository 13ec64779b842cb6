-- One row per team, counselling point, pilot ward and club that ever stood on the registers in the places asked.
with places as (
    select cast(unnest($place) as smallint) as place_nr, cast(unnest($place_group) as integer) as place_group
),
every as (
    select
        reporter_id, 'team' as kind, commune, decision_date as founded, cast(null as date) as launched, valid_from, valid_to,
        'certain' as confidence, cast(null as varchar) as facility, cast(null as bigint) as people
    from mart.teams
    union all
    select
        reporter_id, kind, commune, decision_date, launch_date, valid_from, valid_to, confidence, supporting_facility, board_members
    from mart.points
    union all
    select
        reporter_id, 'club', commune, founded, cast(null as date), valid_from, valid_to, 'certain', cast(null as varchar), board_size
    from mart.clubs
),
placed as (
    select u.*, r.place_nr, row_number() over (partition by u.reporter_id, u.kind order by r.since desc nulls last) as newest
    from every as u
    inner join mart.seats as r on r.reporter_id = u.reporter_id and coalesce(r.since <= least(u.valid_to, $day), true)
)
select
    g.place_group, u.reporter_id as reporter, u.kind, u.founded, u.launched, u.valid_from, u.valid_to, u.confidence, u.facility, u.people
from placed as u
inner join places as g on g.place_nr = u.place_nr
where u.newest = 1
order by u.kind, u.reporter_id
