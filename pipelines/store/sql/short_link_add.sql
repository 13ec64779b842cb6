-- One row per short name; the first of two that come at once stays.
insert into short_links (name, choice, who, day) values (:name, :choice, :who, :day)
on conflict (name) do nothing
