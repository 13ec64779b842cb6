-- One row: what this reader looked at last.
select choice from choices where reader = :reader
