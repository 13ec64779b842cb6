-- One row per cell that an error of its own submission names: wholes whose parts were blocked (docs/domain.md 7.1).
select distinct submission, sheet, cell
from (
    select submission, sheet, unnest(string_split(coalesce(json_extract_string("values", '$.cell'), cell), ', ')) as cell
    from in_issues
    where severity = 'error'
) as named
