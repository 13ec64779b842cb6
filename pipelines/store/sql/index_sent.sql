-- One row per receipt of a return that said the same, newest first.
select receipt, status, received from submissions
where fingerprint = :fingerprint order by seq desc, place desc
