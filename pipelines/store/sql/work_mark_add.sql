-- One row: a mark that a ward was asked, or that its work is done.
insert into work_marks (ward, period, kind, who, at, submissions)
values (:ward, :period, :kind, :who, :at, :submissions)
