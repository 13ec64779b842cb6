-- One row per row of the build that is not protected, table by table; of what is left out the columns alone.
select * from ref.periods;
select * from ref.places;
select * from ref.measures;
select * from ref.kpis;
select * from ref.numbers;
select c.* from mart.cells as c inner join ref.measures as m on m.measure_nr = c.measure_nr where not m.protected;
select t.* from mart.totals as t
where t.figure not in (select measure from ref.measures where protected union all select kpi from ref.kpis where protected);
select * from mart.missing;
select * from mart.owed;
select * from mart.returns;
select * from mart.reporters;
select * from mart.seats;
select * from mart.teams;
select * from mart.points;
select * from mart.clubs;
select * from mart.referrals where false;
select * from mart.numbers_sent where false;
select * from raw.values where false;
select * from raw.records where false;
select * from raw.submissions where false;
select * from raw.issues where false;
select * from raw.decisions where false;
select * from meta.build;
