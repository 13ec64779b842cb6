-- One row per view kept for the record, the newest first.
select n, name, day, build, view, choice
from snapshots
order by n desc
