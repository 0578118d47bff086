-- What a key is beside its block: the list of keys is read without opening any.
alter table keys.key_block
  add column algorithm text check (algorithm in ('DES', 'TDES', 'AES', 'HMAC')),
  add column key_bits integer check (key_bits > 0),
  add column parent text,
  add column exportable boolean not null default false,
  add column holder text;
alter table keys.key_block drop constraint key_block_usage_check;
alter table keys.key_block add check (
  usage in ('base-derivation', 'key-encryption', 'key-block-protection', 'pin', 'mac', 'data', 'hash'));

-- The header of a block names its algorithm; keys that are here already have the length that their readers and banks use.
update keys.key_block set
  algorithm = case substr(block, 8, 1) when 'A' then 'AES' when 'H' then 'HMAC' when 'D' then 'DES' else 'TDES' end,
  key_bits = case substr(block, 8, 1) when 'D' then 64 else 128 end,
  parent = case when name ~ '^terminal/.*/(pin|mac|data)$' then regexp_replace(name, '[^/]+$', 'tmk') end;
alter table keys.key_block alter column algorithm set not null, alter column key_bits set not null;

-- Every version of every key that was ever here, without the key.
create table keys.key_version (
  name text not null,
  version integer not null check (version > 0),
  usage text not null,
  algorithm text not null,
  key_bits integer not null,
  check_value text not null,
  parent text,
  created_at timestamptz not null,
  activated_at timestamptz not null,
  retired_at timestamptz,
  primary key (name, version)
);
create unique index key_version_active on keys.key_version (name) where retired_at is null;
insert into keys.key_version (name, version, usage, algorithm, key_bits, check_value, parent, created_at, activated_at)
select name, 1, usage, algorithm, key_bits, check_value, parent, stored_at, stored_at from keys.key_block;

-- The one master key, or token, under which keys are kept now. Whoever writes a key locks this row.
create table keys.holder (
  only_row boolean primary key default true check (only_row),
  id text not null,
  since timestamptz not null
);
