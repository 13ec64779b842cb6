-- One row per event.
insert into audit (n, at, who, what, objects, previous, hash)
values (:n, :at, :who, :what, :objects, :previous, :hash)
