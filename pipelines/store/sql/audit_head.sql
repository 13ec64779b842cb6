-- One row: the last link of the chain.
select n, hash from audit_head
