-- One row: the newest mark of its kind on a ward, which is taken off.
delete from work_marks
where n = (select max(n) from work_marks where ward = :ward and period = :period and kind = :kind)
