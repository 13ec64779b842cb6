-- One row per team, counselling point, pilot ward or club on the registers.
select reporter_id, kind, commune, valid_from, valid_to, cast(null as varchar) as confidence from in_teams
union all
select reporter_id, kind, commune, valid_from, valid_to, confidence from in_points
union all
select reporter_id, kind, commune, valid_from, valid_to, cast(null as varchar) as confidence from in_clubs
