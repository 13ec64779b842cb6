-- One row per submission approved after its period was closed.
select distinct target as submission
from in_decisions
where kind = 'approve' and target is not null
