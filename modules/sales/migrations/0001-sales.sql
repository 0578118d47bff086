create schema sales;

create table sales.till (
  id text primary key,
  merchant_id text not null,
  store_id text not null,
  number text not null,
  name text not null,
  name_en text not null,
  unique (store_id, number)
);

create table sales.shift (
  id text primary key,
  till_id text not null references sales.till (id),
  staff_id text not null,
  staff_name text not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  float_minor bigint not null check (float_minor >= 0),
  counted_minor bigint check (counted_minor >= 0),
  difference_minor bigint
);
create unique index shift_open on sales.shift (till_id) where closed_at is null;

-- Sale numbers count from one on each business date of a store.
create table sales.counter (
  store_id text not null,
  business_on date not null,
  last integer not null,
  primary key (store_id, business_on)
);

create table sales.sale (
  id text primary key,
  merchant_id text not null,
  store_id text not null,
  till_id text not null references sales.till (id),
  shift_id text not null references sales.shift (id),
  staff_id text not null,
  staff_name text not null,
  number text not null,
  scenario text not null,
  kind text not null check (kind in ('sale', 'return')),
  abandoned boolean not null default false,
  lines jsonb not null,
  subtotal_minor bigint not null,
  rounding_minor bigint not null default 0 check (rounding_minor >= 0 and rounding_minor < 100),
  total_minor bigint not null check (total_minor = subtotal_minor - rounding_minor and total_minor >= 0),
  currency text not null,
  receipt_token text not null unique,
  label text,
  reason text,
  business_on date not null,
  created_at timestamptz not null,
  unique (store_id, business_on, number)
);
create index sale_recent on sales.sale (merchant_id, created_at desc);
create index sale_shift on sales.sale (shift_id);
