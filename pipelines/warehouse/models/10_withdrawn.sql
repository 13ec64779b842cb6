-- One row per submission that a steward has withdrawn.
select distinct target as submission
from in_decisions
where kind = 'withdraw' and target is not null
