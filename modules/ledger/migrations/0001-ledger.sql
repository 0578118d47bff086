create schema ledger;

-- An account of the book. The two totals only ever grow; the balance is their difference.
create table ledger.account (
  id text primary key check (id ~ '^[a-z0-9_:-]+$'),
  kind text not null check (kind in ('asset', 'liability', 'income', 'expense')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  title_zh text not null,
  title_en text not null,
  debit_minor bigint not null default 0 check (debit_minor >= 0),
  credit_minor bigint not null default 0 check (credit_minor >= 0),
  unique (id, currency)
);

-- One row moves one amount from one account to another: it cannot be out of balance, whoever writes it.
create table ledger.transfer (
  sequence bigint primary key check (sequence > 0),
  id text not null unique,
  debit_account text not null,
  credit_account text not null,
  currency text not null,
  amount_minor bigint not null check (amount_minor > 0),
  reason text not null check (reason ~ '^[a-z-]+$'),
  payment_id text,
  label text check (label !~ '[\x01-\x1f]'),
  business_on date not null,
  posted_at timestamptz not null,
  hash bytea not null check (length(hash) = 32),
  check (debit_account <> credit_account),
  foreign key (debit_account, currency) references ledger.account (id, currency),
  foreign key (credit_account, currency) references ledger.account (id, currency)
);
create index transfer_payment on ledger.transfer (payment_id) where payment_id is not null;
create index transfer_label on ledger.transfer (label) where label is not null;
create index transfer_debit on ledger.transfer (debit_account, sequence desc);
create index transfer_credit on ledger.transfer (credit_account, sequence desc);

-- The head of the hash chain: locked by whoever appends, so that the chain has one order.
create table ledger.chain (
  only_row boolean primary key default true check (only_row),
  length bigint not null,
  head bytea not null check (length(head) = 32)
);
insert into ledger.chain (length, head) values (0, decode(repeat('00', 32), 'hex'));

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only' using errcode = 'ZG001';
end $$;
create trigger append_only before update or delete on ledger.transfer
  for each row execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.transfer
  for each statement execute function ledger.refuse_change();

-- Whatever inserts a transfer, the totals of both accounts follow in the same statement.
create function ledger.add_to_totals() returns trigger language plpgsql as $$
begin
  with movement as (
    select account, sum(debit) as debit, sum(credit) as credit from (
      select debit_account as account, amount_minor as debit, 0 as credit from added
      union all
      select credit_account, 0, amount_minor from added
    ) sides group by account order by account
  )
  update ledger.account a
  set debit_minor = a.debit_minor + m.debit, credit_minor = a.credit_minor + m.credit
  from movement m where a.id = m.account;
  return null;
end $$;
create trigger totals after insert on ledger.transfer
  referencing new table as added for each statement execute function ledger.add_to_totals();

-- What the hash of one transfer covers, after the hash of the one before it.
create function ledger.canonical(
  sequence bigint, id text, debit_account text, credit_account text, currency text, amount_minor bigint,
  reason text, payment_id text, label text, business_on date, posted_at timestamptz
) returns bytea language sql immutable as $$
  select convert_to(concat_ws(E'\n', sequence::text, id, debit_account, credit_account, currency, amount_minor::text,
    reason, coalesce(payment_id, ''), coalesce(label, ''), to_char(business_on, 'YYYY-MM-DD'),
    to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), 'UTF8')
$$;

-- Appends transfers in the order of the array: the only way in which the program writes them.
create function ledger.post(entries jsonb) returns void language plpgsql as $$
declare
  at_length bigint;
  at_head bytea;
  entry record;
  sequences bigint[] := '{}';
  hashes bytea[] := '{}';
begin
  select c.length, c.head into strict at_length, at_head from ledger.chain c for update;
  for entry in
    select e.* from rows from (jsonb_to_recordset(entries) as (
      id text, debit_account text, credit_account text, currency text, amount_minor bigint,
      reason text, payment_id text, label text, business_on date, posted_at timestamptz
    )) with ordinality as e (id, debit_account, credit_account, currency, amount_minor, reason, payment_id, label, business_on, posted_at, place)
    order by e.place
  loop
    at_length := at_length + 1;
    at_head := sha256(at_head || ledger.canonical(at_length, entry.id, entry.debit_account, entry.credit_account,
      entry.currency, entry.amount_minor, entry.reason, entry.payment_id, entry.label, entry.business_on, entry.posted_at));
    sequences := sequences || at_length;
    hashes := hashes || at_head;
  end loop;
  insert into ledger.transfer (sequence, id, debit_account, credit_account, currency, amount_minor, reason, payment_id,
    label, business_on, posted_at, hash)
  select sequences[e.place], e.id, e.debit_account, e.credit_account, e.currency, e.amount_minor, e.reason, e.payment_id,
    e.label, e.business_on, e.posted_at, hashes[e.place]
  from rows from (jsonb_to_recordset(entries) as (
    id text, debit_account text, credit_account text, currency text, amount_minor bigint,
    reason text, payment_id text, label text, business_on date, posted_at timestamptz
  )) with ordinality as e (id, debit_account, credit_account, currency, amount_minor, reason, payment_id, label, business_on, posted_at, place);
  update ledger.chain set length = at_length, head = at_head;
end $$;
