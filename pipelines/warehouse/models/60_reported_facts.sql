-- One row per field, reporter and quarter: the accepted values of forms A and B, where the reporter sat on the last day.
select
    n.field as measure, n.reporter_id, q.quarter_index, r.place_id, r.district_code, n.value,
    cast(case coalesce(n.qualifier, '=') when '=' then 0 when '>' then 1 else 2 end as tinyint) as qualifier,
    n.data_status = 'estimate' as estimate,
    n.flagged, n.submission, n.sheet, n.cell
from newest_values as n
inner join in_periods as q on q.period = n.period
inner join in_returns as r on r.reporter_id = n.reporter_id and r.form = n.form and r.quarter_index = q.quarter_index
