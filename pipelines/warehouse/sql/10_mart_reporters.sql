-- One row per team, counselling point, pilot ward or club on the registers.
create table mart.reporters as
select reporter_id, kind, commune, valid_from, valid_to, confidence
from in_reporters
order by kind, reporter_id;
