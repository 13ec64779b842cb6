-- One row per confirmed spelling of a place.
insert into aliases (text, code, confirmed_by, at) values (:text, :code, :confirmed_by, :at)
on conflict (text) do update set code = excluded.code, confirmed_by = excluded.confirmed_by, at = excluded.at
