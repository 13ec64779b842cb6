-- One row: the build itself.
select build, built_at, ledger_head, content_hash, as_of, demo, first_quarter, last_quarter, facts, submissions
from meta.build
