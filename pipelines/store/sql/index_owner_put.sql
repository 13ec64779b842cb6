-- One row per reporter, or register, of which a batch holds rows.
insert or ignore into owners (kind, owner, seq) values (:kind, :owner, :seq)
