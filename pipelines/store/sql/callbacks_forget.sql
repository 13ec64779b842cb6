-- One row per answer that no cookie can carry any more.
delete from callbacks where at < :before
