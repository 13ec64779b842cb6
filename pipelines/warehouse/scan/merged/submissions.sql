-- One row per receipt as received, where batches were merged, with its `order` among all of its kind; none received after `as_of`.
create temp view in_submissions as
select
    coalesce(f."order", cast(p.first_row + f.file_row_number as uinteger)) as "order",
    f.* exclude (filename, file_row_number, "order")
from read_parquet(getvariable('ledger_files')['submissions'], filename = true, file_row_number = true, union_by_name = true) as f
inner join ledger_parts as p on p.path = f.filename
where coalesce(f.received <= getvariable('as_of'), true)
