-- One row per name: when a second account came last.
insert into refused_accounts (subject, at) values (:subject, :at)
on conflict (subject) do update set at = excluded.at
