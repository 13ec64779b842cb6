-- One row per measure, reporter and quarter with a value; integer keys, sorted so that a question reads few blocks.
create table mart.cells as
select
    m.measure_nr, f.quarter_index::smallint as quarter_index, p.place_nr, n.reporter_nr, f.value::bigint as value,
    f.qualifier::tinyint as qualifier, f.estimate, f.flagged, f.submission, f.sheet, f.cell
from in_facts as f
inner join ref.measures as m on m.measure = f.measure
left join ref.places as p on p.place_id = f.place_id
inner join ref.numbers as n on n.reporter_id = f.reporter_id
order by m.measure_nr, f.quarter_index, p.place_nr, n.reporter_nr;
