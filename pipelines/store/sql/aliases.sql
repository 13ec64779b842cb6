-- One row per confirmed spelling of a place.
select text, code from aliases order by text
