create schema if not exists keys;

-- Keys, each wrapped under the vault's master key. The block is bound to the row's name and usage.
create table keys.key_block (
  name text primary key,
  usage text not null,
  algorithm text not null,
  block text not null,
  check_value text not null check (check_value ~ '^[0-9A-F]{6}$'),
  stored_at timestamptz not null default now()
);
