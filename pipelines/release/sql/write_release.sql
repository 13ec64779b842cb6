-- One row per figure, place and period in mart.released; the rest says how to read them.
create schema ref;
create schema mart;
create schema meta;
create table ref.periods as from in_periods;
create table ref.places as from in_places;
create table ref.measures as from in_measures;
create table mart.owed as from in_owed;
create table mart.released as from in_released;
create table mart.released_shares as from in_shares;
create table meta.release as from in_release;
checkpoint;
