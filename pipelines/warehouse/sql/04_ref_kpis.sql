-- One row per KPI: its formula and words.
create table ref.kpis as
select (1000 + row_number() over (order by kpi))::smallint as kpi_nr, kpi, name, label_vi, label_en, definition_vi, definition_en, unit, story, kind, numerator, denominator, per, decimals, protected
from in_kpis
order by kpi;
