-- One row per event, oldest first.
select n, at, who, what, objects, previous, hash from audit order by n
