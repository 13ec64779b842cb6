-- One row per unit and quarter it had a seat on the last day of: the place, and the district of the place.
select s.reporter_id, s.place_id, s.district_code, q.quarter_index, q.starts, q.ends
from in_seats as s
inner join in_periods as q on (s.since is null or s.since <= q.ends) and (s.until is null or s.until >= q.ends)
