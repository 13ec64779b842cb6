-- One row per name under which a second account came.
select subject, at from refused_accounts order by subject
