-- One row per reporter and quarter in which a return was expected or received.
create table mart.returns as
select
    r.reporter_id, r.form, r.quarter_index::integer as quarter_index, p.place_nr, r.place_id, r.district_code, r.expected, r.received,
    r.received_at, r.on_time, r.status, r.submission, r.fields_expected::integer as fields_expected, r.fields_received::integer as fields_received
from in_returns as r
left join ref.places as p on p.place_id = r.place_id
order by r.form, r.quarter_index, r.reporter_id;
