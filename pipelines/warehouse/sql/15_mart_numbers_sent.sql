-- One row per number on returns and period that means another unit than the one of that number.
create table mart.numbers_sent as
select reporter as number, period, unit as reporter_id
from in_numbers_sent
order by number, period;
