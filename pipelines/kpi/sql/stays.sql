-- One row per reporter and place that its values, returns or referrals ever stood in.
select distinct c.place_nr, n.reporter_id, c.reporter_nr
from mart.cells as c
inner join ref.numbers as n on n.reporter_nr = c.reporter_nr
where c.place_nr is not null
union
select r.place_nr, r.reporter_id, n.reporter_nr
from mart.returns as r
left join ref.numbers as n on n.reporter_id = r.reporter_id
where r.place_nr is not null
union
select r.place_nr, r.reporter_id, n.reporter_nr
from mart.referrals as r
left join ref.numbers as n on n.reporter_id = r.reporter_id
where r.place_nr is not null
