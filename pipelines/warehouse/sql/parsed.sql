-- One row: a question as the tree its parser sees, as JSON.
select json_serialize_sql($text) as tree
