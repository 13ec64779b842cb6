-- One row: the last link of the chain.
insert into audit_head (only, n, hash) values (1, :n, :hash)
on conflict (only) do update set n = excluded.n, hash = excluded.hash
