-- One row per district: its number and its code, empty where districts no longer are.
select distinct district_nr, district_code from ref.places order by district_nr
