-- One row: the choice that goes by this short name.
select choice from short_links where name = :name
