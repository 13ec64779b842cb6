-- One row per receipt, with the hash of what its return says.
insert or replace into submissions (receipt, seq, place, fingerprint, status, received)
values (:receipt, :seq, :place, :fingerprint, :status, :received)
