-- One row per file, owner and receipt of the ledger; made anew from its log when it does not fit.
create table if not exists head (
    only integer primary key check (only = 1),
    seq integer not null,
    hash text not null,
    size integer not null
) strict;

create table if not exists parts (
    kind text not null,
    seq integer not null,
    name text not null,
    sha256 text not null,
    rows integer not null,
    total integer not null,
    first integer not null,
    primary key (kind, seq)
) strict, without rowid;

create table if not exists owners (
    kind text not null,
    owner text not null,
    seq integer not null,
    primary key (kind, owner, seq)
) strict, without rowid;

create table if not exists submissions (
    receipt text primary key,
    seq integer not null,
    place integer not null,
    fingerprint text not null,
    status text not null,
    received text not null
) strict, without rowid;

create index if not exists submissions_by_fingerprint on submissions (fingerprint);
