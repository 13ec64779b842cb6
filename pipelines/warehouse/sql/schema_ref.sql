-- One row: nothing; makes the schema "ref".
create schema ref;
