-- One row: a view kept for the record.
insert into snapshots (name, day, build, view, choice, at) values (:name, :day, :build, :view, :choice, :at)
