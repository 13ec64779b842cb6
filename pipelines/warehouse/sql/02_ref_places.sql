-- One row per version of a commune-level unit: a code together with the day the version began.
create table ref.places as
select place_id, code, name, type, district_code, district_name, district_type, valid_from, valid_to, sort_key, district_sort_key
from in_places
order by place_id;
