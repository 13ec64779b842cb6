-- One row per object of the state that is more than a table or an index.
select name, sql
from sqlite_master
where type not in ('table', 'index') or sql like 'create virtual%'
