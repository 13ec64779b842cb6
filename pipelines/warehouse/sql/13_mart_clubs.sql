-- One row per B93 club on the register D4.
create table mart.clubs as
select reporter_id, commune, founded, board_size, status, valid_from, valid_to
from in_clubs
order by reporter_id;
