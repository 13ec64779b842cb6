-- One row per period that returns were sent for.
select distinct period from in_submissions where period is not null
