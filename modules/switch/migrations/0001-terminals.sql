create schema if not exists switch;

-- The identity under which one acquirer knows a till. One till trades with one acquirer.
create table switch.terminal (
  till_id text primary key,
  acquirer_id text not null,
  terminal_id text not null check (length(terminal_id) = 8),
  acceptor_id text not null check (length(acceptor_id) = 15),
  last_stan integer not null default 0 check (last_stan between 0 and 999999),
  batch_number text not null default '000001' check (batch_number ~ '^[0-9]{6}$'),
  signed_on_at timestamptz,
  unique (acquirer_id, terminal_id)
);

-- Numbers of a void or refund, kept so that its repetition carries the same ones.
create table switch.follow_up (
  reference text primary key,
  acquirer_id text not null,
  terminal_id text not null,
  acceptor_id text not null,
  stan integer not null check (stan between 1 and 999999),
  batch_number text not null,
  attempts integer not null default 1 check (attempts > 0),
  reserved_at timestamptz not null
);

-- Sealed card data that has been sent once; the same KSN is never sent for another request.
create table switch.card_presentation (
  ksn text primary key,
  reference text not null,
  used_at timestamptz not null
);
