-- One row: the newest event.
select n, at, who, what, objects, previous, hash from audit order by n desc limit 1
