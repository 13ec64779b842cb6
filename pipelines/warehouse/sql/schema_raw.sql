-- One row: nothing; makes the schema "raw".
create schema raw;
