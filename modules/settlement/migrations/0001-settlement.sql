create schema settlement;

-- A batch of a terminal that is closed with its acquirer, or was.
create table settlement.batch (
  id text primary key,
  merchant_id text not null,
  till_id text not null,
  terminal text not null,
  batch_number text not null,
  currency text not null,
  -- given-up: the terminal trades on in the same batch.
  state text not null check (state in ('closing', 'closed', 'given-up')),
  -- Who asked; null for the schedule.
  staff_id text,
  -- What the platform counted, and by kind for the slip.
  totals jsonb,
  by_kind jsonb,
  -- Where closing stands while it is not finished, and why.
  step text,
  cause text,
  domestic_verdict text,
  foreign_verdict text,
  uploaded integer,
  refused integer,
  settlement_on date,
  next_batch_number text,
  began_at timestamptz not null,
  ended_at timestamptz,
  next_attempt_at timestamptz,
  attempts integer not null default 0,
  version integer not null default 1
);
create unique index one_close_per_terminal on settlement.batch (terminal) where state = 'closing';
create index batch_due on settlement.batch (next_attempt_at) where next_attempt_at is not null;
create index batch_recent on settlement.batch (merchant_id, began_at desc, id desc);
create index batch_number on settlement.batch (terminal, batch_number);

-- Which command closed which batch.
create table settlement.command (
  merchant_id text not null,
  command_key text not null,
  content_hash text not null,
  batch_id text not null references settlement.batch (id),
  primary key (merchant_id, command_key)
);

-- When a merchant's batches close by themselves, in Beijing.
create table settlement.schedule (
  merchant_id text primary key,
  at text not null check (at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$')
);
