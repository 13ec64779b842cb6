-- One row per table whose rows make the content hash; those of `raw` are the ledger's own files.
select schema_name, table_name
from duckdb_tables()
where schema_name in ('mart', 'ref')
order by schema_name, table_name
