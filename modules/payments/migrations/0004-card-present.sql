-- Until when a pre-authorization reserves money.
alter table payments.payment add column expires_at timestamptz;
-- The customer's drawn signature, where the card asked for one.
alter table payments.payment add column signature text check (signature in ('wanted', 'given'));
-- Approved without the issuer, who has yet to accept it.
alter table payments.payment add column provisional boolean not null default false;
-- What the merchant lost because the issuer refused it afterwards.
alter table payments.payment add column lost_minor bigint not null default 0;
-- The terminal's batch to which the request belongs.
alter table payments.payment add column batch_terminal text;
alter table payments.payment add column batch_number text;
alter table payments.refund add column batch_terminal text;
alter table payments.refund add column batch_number text;
create index payment_batch on payments.payment (batch_terminal, batch_number) where batch_terminal is not null;
create index refund_batch on payments.refund (batch_terminal, batch_number) where batch_terminal is not null;
create index payment_hold on payments.payment (merchant_id, created_at desc) where purpose = 'pre-authorization';

-- A terminal whose batch is being closed takes no new payment and no refund until its row is gone.
create table payments.batch_gate (
  terminal text primary key,
  batch_number text not null,
  closed_at timestamptz not null
);

create table payments.signature (
  payment_id text primary key references payments.payment (id),
  strokes bytea not null check (length(strokes) between 1 and 8192),
  -- SHA-256 over payment id, amount, trace and strokes.
  digest bytea not null check (length(digest) = 32),
  drawn_at timestamptz not null
);
