create schema payments;

-- How much of a sale is spoken for. The check makes it impossible to take more than is due, whatever runs at the same time.
create table payments.payable (
  sale_id text primary key,
  due_minor bigint not null,
  claimed_minor bigint not null,
  constraint amount_exceeds_due check (claimed_minor >= 0 and claimed_minor <= due_minor)
);

create table payments.payment (
  id text primary key,
  command_key text not null,
  content_hash text not null,
  merchant_id text not null,
  store_id text not null,
  till_id text not null,
  shift_id text,
  staff_id text not null,
  sale_id text not null,
  sale_number text not null,
  method text not null,
  amount_minor bigint not null check (amount_minor > 0),
  rounding_minor bigint not null default 0 check (rounding_minor >= 0),
  currency text not null,
  subject text not null,
  label text,
  business_on date not null,
  state text not null check (state in ('created', 'pending', 'unknown', 'cancelling', 'succeeded', 'failed', 'cancelled')),
  waiting_for text,
  decline jsonb,
  masked_instrument text,
  channel_reference text,
  channel_data jsonb not null,
  change_minor bigint,
  fee_minor bigint,
  refunded_minor bigint not null default 0,
  refund_claimed_minor bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  next_attempt_at timestamptz,
  attempts integer not null default 0,
  version integer not null default 1,
  unique (merchant_id, command_key),
  constraint refund_exceeds_payment check (refunded_minor >= 0 and refunded_minor <= refund_claimed_minor and refund_claimed_minor <= amount_minor)
);
create index payment_due on payments.payment (next_attempt_at) where next_attempt_at is not null;
create index payment_recent on payments.payment (merchant_id, created_at desc, id desc);
create index payment_sale on payments.payment (sale_id);
-- A sale is rounded down once, by the first of its payments that stands.
create unique index one_rounding_per_sale on payments.payment (sale_id)
  where rounding_minor > 0 and state not in ('failed', 'cancelled');
create index payment_shift on payments.payment (shift_id) where shift_id is not null;

create table payments.refund (
  id text primary key,
  command_key text not null,
  content_hash text not null,
  payment_id text not null references payments.payment (id),
  merchant_id text not null,
  till_id text not null,
  shift_id text,
  staff_id text,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  reason text not null,
  cause text not null check (cause in ('return', 'late-approval')),
  label text,
  business_on date not null,
  state text not null check (state in ('created', 'unknown', 'succeeded', 'failed')),
  decline jsonb,
  channel_reference text,
  channel_data jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  next_attempt_at timestamptz,
  attempts integer not null default 0,
  version integer not null default 1,
  unique (merchant_id, command_key)
);
create index refund_due on payments.refund (next_attempt_at) where next_attempt_at is not null;
create index refund_payment on payments.refund (payment_id);

-- What happened, in order; rows are only ever added.
create table payments.event (
  payment_id text not null,
  sequence integer not null,
  at timestamptz not null,
  kind text not null check (kind in ('request', 'answer', 'state', 'alert', 'refund')),
  title text not null,
  detail jsonb not null,
  primary key (payment_id, sequence)
);
create index event_alert on payments.event (at desc) where kind = 'alert';
