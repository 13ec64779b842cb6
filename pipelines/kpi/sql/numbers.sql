-- One row per measure and per KPI: its number in the cells and totals.
select measure as code, measure_nr as number from ref.measures
union all
select kpi as code, kpi_nr as number from ref.kpis
