-- One row per team, point, pilot ward or club and stretch of days it sat in one place.
create table mart.seats as
select s.reporter_id, p.place_nr, s.place_id, s.since, s.until
from in_seats as s
inner join ref.places as p on p.place_id = s.place_id
order by s.reporter_id, s.since nulls first;
