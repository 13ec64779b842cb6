-- One row per number on lines of form C and period.
select distinct reporter, period from in_records where register = 'C'
