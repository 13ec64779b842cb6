-- One row per version of a commune-level unit.
select
    place_nr, district_nr, place_id, code, name, type, district_code, district_name, district_type, former, valid_from, valid_to, sort_key,
    district_sort_key
from ref.places
order by place_nr
