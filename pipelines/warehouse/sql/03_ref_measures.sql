-- One row per measure: a field of forms A and B, or one derived from registers and running sums.
create table ref.measures as
select
    row_number() over (order by measure)::smallint as measure_nr,
    measure, label_vi, label_en, definition_vi, definition_en, unit, over_time, over_place, protected, source
from in_measures
order by measure;
