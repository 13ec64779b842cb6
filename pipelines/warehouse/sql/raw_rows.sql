-- One row: how many rows of each kind the build was made from.
select
    (select count(*) from raw.values) as sent,
    (select count(*) from raw.records) as records,
    (select count(*) from raw.submissions) as submissions,
    (select count(*) from raw.issues) as issues,
    (select count(*) from raw.decisions) as decisions
