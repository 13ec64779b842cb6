-- One row per ward and kind: the newest mark of a quarter.
select ward, kind, who, at, submissions
from work_marks
where n in (select max(n) from work_marks where period = :period group by ward, kind)
order by ward, kind
