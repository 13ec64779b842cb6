-- One row per file of a batch; its first row is numbered after all of its kind before it.
insert into parts (kind, seq, name, sha256, rows, total, first)
values (
    :kind, :seq, :name, :sha256, :rows, :total,
    coalesce(
        (select first + rows from parts where kind = :kind and seq < :seq order by seq desc limit 1),
        0
    )
)
