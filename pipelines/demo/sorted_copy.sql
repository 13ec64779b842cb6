-- One row per row of the cells that were written out, sorted as a build sorts them.
create table sorted as select * from read_parquet($file) order by measure_nr, quarter_index, place_nr, reporter_nr
