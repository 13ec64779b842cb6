-- One row per account; the first one with a name keeps it.
insert into accounts (account, subject, since) values (:account, :subject, :since)
on conflict do nothing
