-- One row per figure about referrals, quarter and district that has any. People are distinct within a point and added over points.
select
    p.figure, p.quarter_index, p.district_code,
    cast(sum(case when p.is_above then p.counted else 0 end) as bigint) as numerator,
    cast(sum(case when p.is_above then 0 else p.counted end) as bigint) as denominator,
    cast(0 as tinyint) as qualifier, cast(0 as tinyint) as estimate
from (
    select
        s.figure, s.is_above, r.quarter_index, r.district_code, r.reporter_id,
        case s.mark
            when 'persons' then count(distinct r.client) + max(case when r.client is null then 1 else 0 end)
            when 'issued' then count(*)
            else cast(sum(case when case s.mark
                when 'followed' then r.followed
                when 'attended_30' then r.attended_30
                when 'attended_90' then r.attended_90
                when 'started_90' then r.started_90
                when 'completed_90' then r.completed_90
                when 'lost_90' then r.lost_90
                when 'verified' then coalesce(r.outcome is not null, false)
                when 'admitted' then coalesce(r.outcome in ('admitted', 'rehab_completed'), false)
                when 'first_dose' then coalesce(r.outcome = 'first_dose', false)
                when 'in_work_30' then coalesce(r.outcome in ('employed_30', 'employed_90'), false)
                when 'in_work_90' then coalesce(r.outcome = 'employed_90', false)
                when 'no_capacity' then coalesce(r.closed_reason = 'no_capacity', false)
                when 'refused' then r.refused
                when 'open_over_30' then
                    not coalesce(r.answered_date <= q.ends, false) and date_diff('day', r.referral_date, q.ends) > 30
            end then 1 else 0 end) as bigint)
        end as counted
    from in_referrals as r
    inner join in_periods as q on q.quarter_index = r.quarter_index
    inner join slips as s on s.programme = r.programme and (s.service is null or s.service = r.service)
    where r.place_id is not null
    group by s.figure, s.is_above, s.mark, r.quarter_index, r.district_code, r.reporter_id
) as p
group by p.figure, p.quarter_index, p.district_code
