-- One row per closed period: the batch that first closed it.
select period, min(seq) as closed
from in_decisions
where kind = 'close'
group by period
