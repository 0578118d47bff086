-- What a channel says of one business day, as it was last fetched; reconciliation holds it against the payments.
create table payments.bill (
  merchant_id text not null,
  method text not null,
  bill_on date not null,
  state text not null check (state in ('fetching', 'fetched', 'empty', 'not-ready', 'failed')),
  stage text check (stage in ('asking', 'downloading', 'reading', 'storing')),
  row_count integer not null default 0,
  cause text,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (merchant_id, method, bill_on)
);

create table payments.bill_row (
  merchant_id text not null,
  method text not null,
  bill_on date not null,
  position integer not null,
  kind text not null check (kind in ('payment', 'refund')),
  channel_reference text not null,
  our_reference text not null,
  refund_reference text,
  amount_minor bigint not null check (amount_minor >= 0),
  fee_minor bigint not null,
  currency text not null,
  at timestamptz not null,
  status text not null,
  primary key (merchant_id, method, bill_on, position),
  foreign key (merchant_id, method, bill_on) references payments.bill (merchant_id, method, bill_on)
);
create index bill_row_reference on payments.bill_row (merchant_id, method, channel_reference);
