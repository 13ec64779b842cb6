-- One row: the code of one event.
select hash from audit where n = :n
