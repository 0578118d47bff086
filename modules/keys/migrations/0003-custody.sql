-- Uses of a key in their thousands are counted, by the minute.
create table keys.key_use (
  name text not null,
  minute timestamptz not null,
  use text not null,
  count bigint not null check (count > 0),
  primary key (name, minute, use)
);

-- What takes two people: a ceremony that loads a key from components, the export of a key, its destruction.
create table keys.request (
  id text primary key,
  kind text not null check (kind in ('ceremony', 'export', 'destruction')),
  key_name text not null,
  details jsonb not null,
  state text not null check (state in ('collecting', 'waiting', 'executing', 'done', 'refused', 'expired', 'failed')),
  maker text not null,
  maker_name jsonb not null,
  reason text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  checker text,
  checker_name jsonb,
  decided_at timestamptz,
  result jsonb,
  -- Whoever asks does not decide.
  check (checker is null or checker <> maker)
);
create index request_newest on keys.request (created_at desc);
create index request_open on keys.request (expires_at) where state in ('collecting', 'waiting');

-- One component a person. They are deleted when the ceremony ends, whatever its end.
create table keys.component (
  request_id text not null references keys.request (id),
  number integer not null check (number between 1 and 3),
  custodian text not null,
  custodian_name jsonb not null,
  sealed text,
  check_value text not null check (check_value ~ '^[0-9A-F]{6}$'),
  entered_at timestamptz not null,
  primary key (request_id, number),
  unique (request_id, custodian)
);
