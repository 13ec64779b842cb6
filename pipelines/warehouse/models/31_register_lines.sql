-- One row per register, reporter and line: the period and submission of its alphabetically last field.
select register, reporter, record, period, submission
from (
    select
        register, reporter, record, period, submission,
        row_number() over (partition by register, reporter, record order by field desc) as place
    from register_texts
) as ranked
where place = 1
