-- One row per name that a statement without a schema would find in the system's own catalog.
select distinct lower(view_name) as name
from duckdb_views()
where schema_name not in ('mart', 'ref', 'raw')
union
select distinct lower(table_name) as name
from duckdb_tables()
where schema_name not in ('mart', 'ref', 'raw')
