-- One row per issue found at a cell as received, where batches were merged, with its `order` among all of its kind; they carry no moment, and all are there.
create temp view in_issues as
select
    coalesce(f."order", cast(p.first_row + f.file_row_number as uinteger)) as "order",
    f.* exclude (filename, file_row_number, "order")
from read_parquet(getvariable('ledger_files')['issues'], filename = true, file_row_number = true, union_by_name = true) as f
inner join ledger_parts as p on p.path = f.filename
