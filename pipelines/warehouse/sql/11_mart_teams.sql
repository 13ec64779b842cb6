-- One row per volunteer team on the register D1.
create table mart.teams as
select reporter_id, commune, decision_date, valid_from, valid_to, grade_year, grade, helper_model_from
from in_teams
order by reporter_id;
