-- One row per spelling taken back.
delete from aliases where text = :text
