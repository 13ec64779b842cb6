-- One row per file of a kind, oldest first.
select seq, name, sha256, rows, total, first from parts where kind = :kind order by seq
