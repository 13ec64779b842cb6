-- One row per dated referral: its quarter (the 15th opens the next month), its place, the marks of its steps and ends.
select
    d.*, s.place_id, s.district_code, q.ends as last_day, r.reporter_id is not null as followed
from (
    select
        l.*,
        cast((year(referral_date) * 12 + month(referral_date) - 1 + case when day(referral_date) >= 15 then 1 else 0 end) // 3 as bigint)
            as quarter_index,
        attended_date is not null as attended,
        start_date is not null as started,
        status_or_none = 'completed' as completed,
        status_or_none = 'started' as going,
        status_or_none = 'attended' as arrived,
        status_or_none in ('issued', 'pending') as pending,
        status_or_none in ('refused_client', 'refused_provider') as refused,
        status_or_none = 'lost' as lost,
        status_or_none = 'dropped' as dropped,
        status_or_none = 'transferred' as transferred,
        case when programme = 'M3' then 'C' else 'B' end as own_form
    from (select *, coalesce(status, '') as status_or_none from referral_lines) as l
    where referral_date is not null and status_or_none <> 'cancelled'
) as d
left join seats_by_quarter as s on s.reporter_id = d.reporter_id and s.quarter_index = d.quarter_index
left join in_periods as q on q.period = d.last_period
left join in_returns as r
    on r.reporter_id = d.reporter_id and r.form = d.own_form and r.quarter_index = d.quarter_index + 1 and r.received
