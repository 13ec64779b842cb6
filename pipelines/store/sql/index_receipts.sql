-- One row per receipt of these (a JSON list) that was given, with what became of the return.
select receipt, status from submissions
where receipt in (select value from json_each(:receipts))
