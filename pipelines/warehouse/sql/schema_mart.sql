-- One row: nothing; makes the schema "mart".
create schema mart;
