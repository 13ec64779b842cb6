-- One row per period, place, protected measure and return owed: what a release takes as it stands.
select * from ref.periods;
select * from ref.places;
select * from ref.measures where protected;
select * from mart.owed;
