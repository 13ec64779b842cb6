-- One row per answer of the provider that has signed somebody in.
insert into callbacks (code, at) values (:code, :at) on conflict (code) do nothing
