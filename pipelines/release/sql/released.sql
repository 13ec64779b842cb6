-- One row per figure, place and period: the protected numbers of a release, null where hidden.
select figure, level, place, period, value, state from mart.released
