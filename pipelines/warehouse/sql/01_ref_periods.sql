-- One row per report quarter: its code, index, year, half and dates.
create table ref.periods as
select period, quarter_index::integer as quarter_index, year::integer as year, half, quarter::integer as quarter, starts, ends
from in_periods
order by quarter_index;
