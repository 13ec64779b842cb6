-- One row per moment at which something was received or decided.
select received as "at" from raw.submissions where received is not null
union
select "at" from raw.decisions where "at" is not null
