-- One row per file of a kind that holds rows of any of these owners (a JSON list), oldest first.
select seq, name, sha256, rows, total, first from parts
where kind = :kind and seq in (
    select seq from owners
    where kind = :kind and owner in (select value from json_each(:owners))
)
order by seq
