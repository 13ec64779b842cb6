-- One row per measure, ward and quarter with an accepted value: the base cells of a release.
select f.measure, p.place_nr, p.place_id, p.district_nr, f.quarter_index, cast(sum(f.value) as bigint) as value
from mart.facts as f
inner join ref.places as p on p.place_id = f.place_id
where f.measure in (select unnest($measures))
group by f.measure, p.place_nr, p.place_id, p.district_nr, f.quarter_index
order by f.measure, f.quarter_index, p.place_nr
