-- One row per return owed: A by active teams, B by active points, C by pilot wards, each from its form's first quarter.
-- A pilot ward sends under the number its point has: referrals are numbered by the point (P-00046-2020-1).
select o.reporter_id, o.form, o.quarter_index, o.place_id, o.district_code
from (
    select
        case when kind = 'pilot' then concat('P-', split_part(reporter_id, '-', 2)) else reporter_id end as reporter_id,
        case when kind = 'team' then 'A' when kind = 'point' then 'B' else 'C' end as form,
        quarter_index, place_id, district_code
    from units_by_quarter
    where is_active and kind in ('team', 'point', 'pilot')
) as o
inner join forms as f on f.form = o.form and f.first_quarter <= o.quarter_index
