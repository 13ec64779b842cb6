-- One row per number on returns and period.
select reporter, period from in_values
union
select unit as reporter, period from in_submissions
