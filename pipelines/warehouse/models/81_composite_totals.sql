-- One row per figure of several measures, quarter and district: over the reporters that gave every measure of every side.
-- Registers have no blanks: of them one measure is enough (`needed_above`, `needed_below`).
select
    u.figure, u.quarter_index, u.district_code, cast(sum(u.above) as bigint) as numerator, cast(sum(u.below) as bigint) as denominator,
    max(u.qualifier) as qualifier, cast(max(u.estimate) as tinyint) as estimate
from (
    select
        t.figure, f.reporter_id, f.quarter_index,
        max(case when t.is_above then f.district_code end) as district_code,
        sum(case when t.is_above then f.value else 0 end) as above,
        sum(case when t.is_above then 0 else f.value end) as below,
        sum(case when t.is_above then 1 else 0 end) as given_above,
        sum(case when t.is_above then 0 else 1 end) as given_below,
        max(case when t.is_above then f.qualifier end) as qualifier,
        max(case when t.is_above and f.estimate then 1 else 0 end) as estimate
    from in_facts as f
    inner join terms as t on t.measure = f.measure
    where f.place_id is not null
    group by t.figure, f.reporter_id, f.quarter_index
) as u
inner join figures as k on k.figure = u.figure
where u.given_above >= k.needed_above and u.given_below >= k.needed_below
group by u.figure, u.quarter_index, u.district_code
