-- One row per view of ours: its schema and name.
select schema_name, view_name
from duckdb_views()
where not internal;
