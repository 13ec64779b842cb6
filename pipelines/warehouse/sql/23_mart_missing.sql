-- One row per field, reporter and quarter whose return came without an accepted value: left blank, or blocked by an error.
create table mart.missing as
select
    m.measure_nr, g.quarter_index::smallint as quarter_index, p.place_nr, n.reporter_nr, g.reason
from in_missing as g
inner join ref.measures as m on m.measure = g.field
left join ref.places as p on p.place_id = g.place_id
inner join ref.numbers as n on n.reporter_id = g.reporter_id
order by m.measure_nr, g.quarter_index, p.place_nr, n.reporter_nr;
