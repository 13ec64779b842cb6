-- What a release takes from its build as it stands: nothing in it counts people.
select * from ref.periods;
select * from ref.places;
select * from ref.measures where protected;
select * from mart.owed;
