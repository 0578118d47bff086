-- What every server process must know of a terminal alike: its session, what its host demands, whether its batch is
-- being closed, and how much it may approve without the host.
alter table switch.terminal
  add column session integer not null default 0,
  add column sign_on_until timestamptz,
  add column track_key boolean not null default false,
  add column clock_offset_ms bigint not null default 0,
  add column demand text,
  add column demand_from timestamptz,
  add column closing_since timestamptz,
  add column offline_payment_minor bigint not null default 0 check (offline_payment_minor >= 0),
  add column offline_total_minor bigint not null default 0 check (offline_total_minor >= 0);

-- Messages that are stored and forwarded until the host has them. A terminal's messages are one lane.
create table switch.advice (
  sequence bigint generated always as identity primary key,
  reference text not null,
  kind text not null,
  acquirer_id text not null,
  terminal_id text not null,
  request jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null,
  leased_until timestamptz,
  tried_at timestamptz,
  quarantined_at timestamptz,
  last_cause text,
  response_code text,
  created_at timestamptz not null,
  ended_at timestamptz,
  unique (reference, kind)
);
create index advice_due on switch.advice (next_attempt_at) where state = 'waiting';
create index advice_lane on switch.advice (acquirer_id, terminal_id) where state = 'waiting';

-- Money approved without the host, until the host has the payment.
create table switch.offline_claim (
  reference text primary key,
  acquirer_id text not null,
  terminal_id text not null,
  amount_minor bigint not null check (amount_minor > 0),
  claimed_at timestamptz not null,
  released_at timestamptz
);
create index offline_claim_open on switch.offline_claim (acquirer_id, terminal_id) where released_at is null;

-- What a terminal has downloaded, the newest of each kind.
create table switch.download (
  acquirer_id text not null,
  terminal_id text not null,
  kind text not null check (kind in ('ca-keys', 'ic-parameters', 'bin-list', 'terminal-parameters')),
  version integer not null check (version > 0),
  items jsonb not null,
  downloaded_at timestamptz not null,
  primary key (acquirer_id, terminal_id, kind)
);

-- The closing of a batch with the host, step by step, so that it goes on where it stopped.
create table switch.batch_close (
  acquirer_id text not null,
  terminal_id text not null,
  batch_number text not null,
  content jsonb not null,
  step text not null check (step in ('settlement', 'upload', 'end', 'closed')),
  domestic text check (domestic in ('balanced', 'unbalanced', 'error')),
  abroad text check (abroad in ('balanced', 'unbalanced', 'error')),
  settlement_on date,
  messages_sent integer not null default 0,
  records_sent integer not null default 0,
  records_refused integer not null default 0,
  started_at timestamptz not null,
  closed_at timestamptz,
  primary key (acquirer_id, terminal_id, batch_number)
);
