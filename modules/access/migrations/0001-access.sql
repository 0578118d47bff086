create schema access;

create table access.staff (
  id text primary key,
  merchant_id text not null,
  store_id text not null,
  username text not null unique check (username = lower(username)),
  name text not null,
  name_en text not null,
  role text not null check (role in ('cashier', 'manager', 'owner', 'operator')),
  password_hash text not null,
  created_at timestamptz not null
);

-- Only a digest of the cookie is kept, so that a copy of this table opens nothing.
create table access.session (
  token_digest bytea primary key,
  staff_id text not null references access.staff (id),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_expiry on access.session (expires_at);

-- Wrong tries by name and by address; a right one clears the name's.
create table access.attempt (
  subject text primary key,
  failures integer not null,
  blocked_until timestamptz,
  updated_at timestamptz not null
);

-- Commands that change the database alone, with their answers: a repeated key replays, another content is a conflict.
create table access.command (
  merchant_id text not null,
  command_key text not null,
  content_hash text not null,
  answer jsonb,
  created_at timestamptz not null,
  primary key (merchant_id, command_key)
);
