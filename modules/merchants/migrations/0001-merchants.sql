create schema merchants;

create table merchants.merchant (
  id text primary key,
  name text not null,
  name_en text not null,
  currency text not null,
  mcc text not null check (mcc ~ '^[0-9]{4}$'),
  created_at timestamptz not null
);

create table merchants.store (
  id text primary key,
  merchant_id text not null references merchants.merchant (id),
  name text not null,
  name_en text not null,
  location text not null
);

-- What was agreed for a way to pay: its price, its limit for one payment, and the account with the channel.
-- `sealed_secrets` opens in the key vault only.
create table merchants.contract (
  merchant_id text not null references merchants.merchant (id),
  method_id text not null,
  rate_ppm integer not null check (rate_ppm >= 0),
  cap_minor bigint check (cap_minor >= 0),
  limit_minor bigint not null check (limit_minor > 0),
  settings jsonb not null,
  sealed_secrets text,
  primary key (merchant_id, method_id)
);
