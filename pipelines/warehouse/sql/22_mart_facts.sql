-- One row per measure, reporter and quarter with a value: the cells under their names, for analysts.
create view mart.facts as
select
    m.measure, n.reporter_id, c.quarter_index::integer as quarter_index, p.place_id, p.district_code, c.value,
    c.qualifier, c.estimate, c.flagged, c.submission, c.sheet, c.cell
from mart.cells as c
inner join ref.measures as m on m.measure_nr = c.measure_nr
left join ref.places as p on p.place_nr = c.place_nr
inner join ref.numbers as n on n.reporter_nr = c.reporter_nr;
