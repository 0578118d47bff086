create schema if not exists keys;

-- Keys in TR-31 blocks under the vault's master key. A block carries its row's name as label and its usage.
create table keys.key_block (
  name text primary key,
  usage text not null check (usage in ('base-derivation', 'key-encryption', 'pin', 'mac', 'data')),
  block text not null,
  check_value text not null check (check_value ~ '^[0-9A-F]{6}$'),
  stored_at timestamptz not null default now()
);
