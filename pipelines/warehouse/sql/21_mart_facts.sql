-- One row per measure, reporter and quarter with a value; sorted so that a question reads few blocks.
create table mart.facts as
select
    measure, reporter_id, quarter_index::integer as quarter_index, place_id, district_code, value::bigint as value,
    qualifier::tinyint as qualifier, estimate, flagged, submission, sheet, cell
from in_facts
order by measure, quarter_index, place_id, reporter_id;
