-- One row: nothing; makes the schema "meta".
create schema meta;
