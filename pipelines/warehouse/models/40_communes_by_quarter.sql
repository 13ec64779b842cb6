-- One row per quarter and commune in force on the quarter's last day.
select q.quarter_index, p.code as commune, p.place_id, p.district_code
from in_periods as q
inner join in_places as p on p.valid_from <= q.ends and (p.valid_to is null or q.ends < p.valid_to)
