-- One row: the visit that begins anew.
update visits set began = :now, seen = :now, ended = 0, refused = '' where login = :login
