-- One row per measure, ward and quarter: accepted values, and counts of referrals under names of their own.
with slips as (
    select
        r.place_nr, r.place_id, p.district_nr, r.quarter_index,
        count(*) as referrals_issued,
        count(*) filter (r.followed) as referrals_followed,
        count(*) filter (r.attended_30) as referrals_attended_30,
        count(*) filter (r.attended_90) as referrals_attended_90,
        count(*) filter (r.started_90) as referrals_started_90,
        count(*) filter (r.completed_90) as referrals_completed_90,
        count(*) filter (r.lost_90) as referrals_lost_90
    from mart.referrals as r
    inner join ref.places as p on p.place_nr = r.place_nr
    where r.programme = $programme
    group by r.place_nr, r.place_id, p.district_nr, r.quarter_index
),
counted as (
    from slips unpivot (value for measure in (columns(* exclude (place_nr, place_id, district_nr, quarter_index))))
),
reported as (
    select f.measure, p.place_nr, p.place_id, p.district_nr, f.quarter_index, cast(sum(f.value) as bigint) as value
    from mart.facts as f
    inner join ref.places as p on p.place_id = f.place_id
    group by f.measure, p.place_nr, p.place_id, p.district_nr, f.quarter_index
)
select measure, place_nr, place_id, district_nr, quarter_index, value
from (
    from reported
    union all by name
    from counted
)
where measure in (select unnest($measures))
order by measure, quarter_index, place_nr
