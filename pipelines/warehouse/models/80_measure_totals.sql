-- One row per measure, quarter and district: the sum over its reporters.
select
    measure as figure, quarter_index, district_code, cast(sum(value) as bigint) as numerator, cast(0 as bigint) as denominator,
    max(qualifier) as qualifier, cast(max(case when estimate then 1 else 0 end) as tinyint) as estimate
from in_facts
where place_id is not null
group by measure, quarter_index, district_code
