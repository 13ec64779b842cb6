-- One row per reporter and quarter in which a return was expected or received.
create table mart.returns as
select
    reporter_id, form, quarter_index::integer as quarter_index, place_id, district_code, expected, received, received_at, on_time, status, submission,
    fields_expected::integer as fields_expected, fields_received::integer as fields_received
from in_returns
order by form, quarter_index, reporter_id;
