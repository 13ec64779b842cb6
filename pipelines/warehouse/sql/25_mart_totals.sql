-- One row per figure, quarter and district: numerator and denominator over the reporters that have both; `figure` is a measure or a KPI.
create table mart.totals as
select
    coalesce(m.measure_nr, k.kpi_nr)::smallint as figure_nr, t.figure, t.quarter_index::smallint as quarter_index,
    coalesce(try_cast(t.district_code as smallint), 0)::smallint as district_nr, t.district_code, t.numerator::bigint as numerator,
    t.denominator::bigint as denominator, t.qualifier::tinyint as qualifier, t.estimate::tinyint as estimate
from in_totals as t
left join ref.measures as m on m.measure = t.figure
left join ref.kpis as k on k.kpi = t.figure
order by figure_nr, t.quarter_index, district_nr;
