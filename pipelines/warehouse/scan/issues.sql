-- One row per issue found at a cell as received, with its `order` among all of its kind; they carry no moment, and all are there.
create temp view in_issues as
select cast(p.first_row + f.file_row_number as uinteger) as "order", f.* exclude (filename, file_row_number)
from read_parquet(getvariable('ledger_files')['issues'], filename = true, file_row_number = true) as f
inner join ledger_parts as p on p.path = f.filename
