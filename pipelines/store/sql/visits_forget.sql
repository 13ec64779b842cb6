-- One row per sign-in that no cookie can carry any more.
delete from visits where began < :before
