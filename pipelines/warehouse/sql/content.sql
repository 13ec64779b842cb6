-- One row: what a build holds, for its card.
select
    (select coalesce(bool_or(origin = 'demo'), false) from in_submissions) as demo,
    (select min(quarter_index) from in_periods) as first_quarter,
    (select max(quarter_index) from in_periods) as last_quarter,
    (select count(*) from in_facts) as facts,
    (select count(*) from in_submissions) as submissions
