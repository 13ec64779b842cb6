-- One row: how many short names somebody made on a day.
select count(*) as n from short_links where who = :who and day = :day
