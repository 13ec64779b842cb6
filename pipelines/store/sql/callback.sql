-- One row: the answer of the provider, if it was used before.
select at from callbacks where code = :code
