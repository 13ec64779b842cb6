-- One row per measure, place and period of a release: the number, null where it is hidden.
select figure as measure, place, period, value from mart.released
