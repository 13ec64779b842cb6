-- One row per sign-in: none goes on in another home.
delete from visits;
