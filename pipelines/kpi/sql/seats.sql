-- One row per team, point, pilot ward or club and stretch of days in one place.
select reporter_id, place_nr, since, until
from mart.seats
