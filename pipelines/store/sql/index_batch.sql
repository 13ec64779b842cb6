-- One row: the file of a kind in the batch that holds a receipt.
select parts.seq, name, sha256, rows, total, first from parts
join submissions on submissions.seq = parts.seq
where kind = :kind and receipt = :receipt
