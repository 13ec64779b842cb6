-- One row per measure, reporter and quarter: all numbers that a figure may stand on.
-- Registers of which no line ever came say nothing but how many communes there are.
select
    measure, reporter_id, quarter_index, place_id, district_code, value, qualifier, estimate, flagged, submission, sheet, cell
from reported_facts
union all
select
    measure, reporter_id, quarter_index, place_id, district_code, value, qualifier, estimate, flagged, submission, sheet, cell
from derived_facts
union all
select
    measure, reporter_id, quarter_index, place_id, district_code, value, cast(0 as tinyint) as qualifier,
    false as estimate, false as flagged, submission, '' as sheet, '' as cell
from register_counts
union all
select
    c.measure, c.reporter_id, c.quarter_index, c.place_id, c.district_code, c.value, cast(0 as tinyint) as qualifier,
    false as estimate, false as flagged, '' as submission, '' as sheet, '' as cell
from commune_counts as c
cross join (select count(*) as units from in_reporters) as r
where r.units > 0 or c.measure = 'communes'
