-- One row per thing an office keeps beside its figures: users, accounts, aliases, visits, choices, short links, marks on the worklist, office contacts, snapshots, the audit trail.
create table if not exists users (
    subject text primary key,
    role text not null check (role in ('public', 'district', 'city', 'steward')),
    districts text not null default '',
    until text
) strict;

create table if not exists aliases (
    text text primary key,
    code text not null,
    confirmed_by text not null,
    at text not null
) strict;

create table if not exists audit (
    n integer primary key,
    at text not null,
    who text not null,
    what text not null,
    objects text not null,
    previous text not null,
    hash text not null
) strict;

create table if not exists audit_head (
    only integer primary key check (only = 1),
    n integer not null,
    hash text not null
) strict;

create trigger if not exists audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit trail is only added to');
end;

create trigger if not exists audit_is_never_removed before delete on audit
begin
    select raise(abort, 'the audit trail is only added to');
end;

create table if not exists visits (
    login text primary key,
    began text not null,
    seen text not null,
    ended integer not null default 0,
    refused text not null default ''
) strict;

create table if not exists accounts (
    account text primary key,
    subject text not null unique,
    since text not null
) strict;

create table if not exists refused_accounts (
    subject text primary key,
    at text not null
) strict;

create table if not exists callbacks (
    code text primary key,
    at text not null
) strict;

create table if not exists choices (
    reader text primary key,
    choice text not null
) strict;

create table if not exists short_links (
    name text primary key,
    choice text not null,
    who text not null,
    day text not null
) strict;

create index if not exists short_links_of_a_day on short_links (who, day);

create trigger if not exists short_links_are_never_changed before update on short_links
begin
    select raise(abort, 'short links are only added to');
end;

create trigger if not exists short_links_are_never_removed before delete on short_links
begin
    select raise(abort, 'short links are only added to');
end;

create table if not exists work_marks (
    n integer primary key,
    ward text not null,
    period text not null,
    kind text not null check (kind in ('asked', 'done')),
    who text not null,
    at text not null,
    submissions text not null
) strict;

create index if not exists work_marks_of_a_period on work_marks (period, ward, kind);

create table if not exists contacts (
    place text primary key,
    role text not null,
    telephone text not null,
    mail text not null
) strict;

create table if not exists snapshots (
    n integer primary key autoincrement,
    name text not null unique,
    day text not null,
    build text not null,
    view text not null,
    choice text not null,
    at text not null
) strict;
