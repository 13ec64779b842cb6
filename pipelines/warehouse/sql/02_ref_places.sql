-- One row per version of a commune-level unit; place_nr and district_nr are the keys of the cells.
create table ref.places as
select
    row_number() over (order by place_id)::smallint as place_nr,
    coalesce(try_cast(district_code as smallint), 0)::smallint as district_nr,
    place_id, code, name, type, district_code, district_name, district_type, former, valid_from, valid_to, sort_key, district_sort_key
from in_places
order by place_id;
