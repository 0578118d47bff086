-- The database after all migrations. Written by `npm run docs`; not to be edited.

create schema access;

create table access.attempt (
  subject text not null,
  failures integer not null,
  blocked_until timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint attempt_pkey PRIMARY KEY (subject)
);

create table access.command (
  merchant_id text not null,
  command_key text not null,
  content_hash text not null,
  answer jsonb,
  created_at timestamp with time zone not null,
  constraint command_pkey PRIMARY KEY (merchant_id, command_key)
);

create table access.session (
  token_digest bytea not null,
  staff_id text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint session_pkey PRIMARY KEY (token_digest),
  constraint session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES access.staff(id)
);
CREATE INDEX session_expiry ON access.session USING btree (expires_at);

create table access.staff (
  id text not null,
  merchant_id text not null,
  store_id text not null,
  username text not null,
  name text not null,
  name_en text not null,
  role text not null,
  password_hash text not null,
  created_at timestamp with time zone not null,
  constraint staff_pkey PRIMARY KEY (id),
  constraint staff_username_key UNIQUE (username),
  constraint staff_role_check CHECK ((role = ANY (ARRAY['cashier'::text, 'manager'::text, 'owner'::text, 'operator'::text]))),
  constraint staff_username_check CHECK ((username = lower(username)))
);

create schema catalog;

create sequence catalog.version;

create table catalog.category (
  id text not null,
  merchant_id text not null,
  place integer not null,
  name text not null,
  name_en text not null,
  constraint category_pkey PRIMARY KEY (id)
);

create table catalog.item (
  id text not null,
  merchant_id text not null,
  code text not null,
  barcodes text[] not null default '{}'::text[],
  name text not null,
  name_en text not null,
  category_id text,
  kind text not null,
  unit_price_minor bigint not null,
  unit text not null,
  pinyin text not null,
  favourite boolean not null default false,
  place integer not null default 0,
  version bigint not null default nextval('catalog.version'::regclass),
  command_key text,
  constraint item_pkey PRIMARY KEY (id),
  constraint item_merchant_id_code_key UNIQUE (merchant_id, code),
  constraint item_merchant_id_command_key_key UNIQUE (merchant_id, command_key),
  constraint item_kind_check CHECK ((kind = ANY (ARRAY['piece'::text, 'weighed'::text]))),
  constraint item_unit_price_minor_check CHECK ((unit_price_minor >= 0)),
  constraint item_category_id_fkey FOREIGN KEY (category_id) REFERENCES catalog.category(id)
);
CREATE INDEX item_barcodes ON catalog.item USING gin (barcodes);

create schema keys;

create table keys.key_block (
  name text not null,
  usage text not null,
  block text not null,
  check_value text not null,
  stored_at timestamp with time zone not null default now(),
  constraint key_block_pkey PRIMARY KEY (name),
  constraint key_block_check_value_check CHECK ((check_value ~ '^[0-9A-F]{6}$'::text)),
  constraint key_block_usage_check CHECK ((usage = ANY (ARRAY['base-derivation'::text, 'key-encryption'::text, 'pin'::text, 'mac'::text, 'data'::text])))
);

create schema ledger;

create table ledger.account (
  id text not null,
  kind text not null,
  currency text not null,
  title_zh text not null,
  title_en text not null,
  debit_minor bigint not null default 0,
  credit_minor bigint not null default 0,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_id_currency_key UNIQUE (id, currency),
  constraint account_credit_minor_check CHECK ((credit_minor >= 0)),
  constraint account_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint account_debit_minor_check CHECK ((debit_minor >= 0)),
  constraint account_id_check CHECK ((id ~ '^[a-z0-9_:-]+$'::text)),
  constraint account_kind_check CHECK ((kind = ANY (ARRAY['asset'::text, 'liability'::text, 'income'::text, 'expense'::text])))
);

create table ledger.chain (
  only_row boolean not null default true,
  length bigint not null,
  head bytea not null,
  constraint chain_pkey PRIMARY KEY (only_row),
  constraint chain_head_check CHECK ((length(head) = 32)),
  constraint chain_only_row_check CHECK (only_row)
);

create table ledger.transfer (
  sequence bigint not null,
  id text not null,
  debit_account text not null,
  credit_account text not null,
  currency text not null,
  amount_minor bigint not null,
  reason text not null,
  payment_id text,
  label text,
  business_on date not null,
  posted_at timestamp with time zone not null,
  hash bytea not null,
  constraint transfer_pkey PRIMARY KEY (sequence),
  constraint transfer_id_key UNIQUE (id),
  constraint transfer_amount_minor_check CHECK ((amount_minor > 0)),
  constraint transfer_check CHECK ((debit_account <> credit_account)),
  constraint transfer_hash_check CHECK ((length(hash) = 32)),
  constraint transfer_label_check CHECK ((label !~ '[\x01-\x1f]'::text)),
  constraint transfer_reason_check CHECK ((reason ~ '^[a-z-]+$'::text)),
  constraint transfer_sequence_check CHECK ((sequence > 0)),
  constraint transfer_credit_account_currency_fkey FOREIGN KEY (credit_account, currency) REFERENCES ledger.account(id, currency),
  constraint transfer_debit_account_currency_fkey FOREIGN KEY (debit_account, currency) REFERENCES ledger.account(id, currency)
);
CREATE INDEX payable_credit_day ON ledger.transfer USING btree (credit_account, business_on) WHERE (credit_account ~~ '%:payable'::text);
CREATE INDEX payable_debit_day ON ledger.transfer USING btree (debit_account, business_on) WHERE (debit_account ~~ '%:payable'::text);
CREATE INDEX transfer_credit ON ledger.transfer USING btree (credit_account, sequence DESC);
CREATE INDEX transfer_debit ON ledger.transfer USING btree (debit_account, sequence DESC);
CREATE INDEX transfer_label ON ledger.transfer USING btree (label) WHERE (label IS NOT NULL);
CREATE INDEX transfer_payment ON ledger.transfer USING btree (payment_id) WHERE (payment_id IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON ledger.transfer FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger.transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER totals AFTER INSERT ON ledger.transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.add_to_totals();

CREATE OR REPLACE FUNCTION ledger.add_to_totals()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION ledger.canonical(sequence bigint, id text, debit_account text, credit_account text, currency text, amount_minor bigint, reason text, payment_id text, label text, business_on date, posted_at timestamp with time zone)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select convert_to(concat_ws(E'\n', sequence::text, id, debit_account, credit_account, currency, amount_minor::text,
    reason, coalesce(payment_id, ''), coalesce(label, ''), to_char(business_on, 'YYYY-MM-DD'),
    to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), 'UTF8')
$function$;

CREATE OR REPLACE FUNCTION ledger.post(entries jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION ledger.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the ledger is append-only' using errcode = 'ZG001';
end $function$;

create schema merchants;

create table merchants.contract (
  merchant_id text not null,
  method_id text not null,
  rate_ppm integer not null,
  cap_minor bigint,
  limit_minor bigint not null,
  settings jsonb not null,
  sealed_secrets text,
  constraint contract_pkey PRIMARY KEY (merchant_id, method_id),
  constraint contract_cap_minor_check CHECK ((cap_minor >= 0)),
  constraint contract_limit_minor_check CHECK ((limit_minor > 0)),
  constraint contract_rate_ppm_check CHECK ((rate_ppm >= 0)),
  constraint contract_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchants.merchant(id)
);

create table merchants.merchant (
  id text not null,
  name text not null,
  name_en text not null,
  currency text not null,
  mcc text not null,
  created_at timestamp with time zone not null,
  constraint merchant_pkey PRIMARY KEY (id),
  constraint merchant_mcc_check CHECK ((mcc ~ '^[0-9]{4}$'::text))
);

create table merchants.store (
  id text not null,
  merchant_id text not null,
  name text not null,
  name_en text not null,
  location text not null,
  constraint store_pkey PRIMARY KEY (id),
  constraint store_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchants.merchant(id)
);

create schema payments;

create table payments.event (
  payment_id text not null,
  sequence integer not null,
  at timestamp with time zone not null,
  kind text not null,
  title text not null,
  detail jsonb not null,
  constraint event_pkey PRIMARY KEY (payment_id, sequence),
  constraint event_kind_check CHECK ((kind = ANY (ARRAY['request'::text, 'answer'::text, 'state'::text, 'alert'::text, 'refund'::text])))
);
CREATE INDEX event_alert ON payments.event USING btree (at DESC) WHERE (kind = 'alert'::text);

create table payments.payable (
  sale_id text not null,
  due_minor bigint not null,
  claimed_minor bigint not null,
  constraint payable_pkey PRIMARY KEY (sale_id),
  constraint amount_exceeds_due CHECK (((claimed_minor >= 0) AND (claimed_minor <= due_minor)))
);

create table payments.payment (
  id text not null,
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
  amount_minor bigint not null,
  rounding_minor bigint not null default 0,
  currency text not null,
  subject text not null,
  label text,
  business_on date not null,
  state text not null,
  waiting_for text,
  decline jsonb,
  masked_instrument text,
  channel_reference text,
  channel_data jsonb not null,
  change_minor bigint,
  fee_minor bigint,
  refunded_minor bigint not null default 0,
  refund_claimed_minor bigint not null default 0,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  next_attempt_at timestamp with time zone,
  attempts integer not null default 0,
  version integer not null default 1,
  occurred_at timestamp with time zone not null,
  handover jsonb,
  purpose text not null default 'sale'::text,
  completes text,
  constraint payment_pkey PRIMARY KEY (id),
  constraint payment_merchant_id_command_key_key UNIQUE (merchant_id, command_key),
  constraint payment_amount_minor_check CHECK ((amount_minor > 0)),
  constraint payment_purpose_check CHECK ((purpose = ANY (ARRAY['sale'::text, 'pre-authorization'::text]))),
  constraint payment_rounding_minor_check CHECK ((rounding_minor >= 0)),
  constraint payment_state_check CHECK ((state = ANY (ARRAY['created'::text, 'pending'::text, 'unknown'::text, 'cancelling'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint refund_exceeds_payment CHECK (((refunded_minor >= 0) AND (refunded_minor <= refund_claimed_minor) AND (refund_claimed_minor <= amount_minor))),
  constraint payment_completes_fkey FOREIGN KEY (completes) REFERENCES payments.payment(id)
);
CREATE INDEX payment_completes ON payments.payment USING btree (completes) WHERE (completes IS NOT NULL);
CREATE INDEX payment_day ON payments.payment USING btree (merchant_id, business_on);
CREATE INDEX payment_due ON payments.payment USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX payment_recent ON payments.payment USING btree (merchant_id, created_at DESC, id DESC);
CREATE INDEX payment_sale ON payments.payment USING btree (sale_id);
CREATE INDEX payment_shift ON payments.payment USING btree (shift_id) WHERE (shift_id IS NOT NULL);
CREATE UNIQUE INDEX one_rounding_per_sale ON payments.payment USING btree (sale_id) WHERE ((rounding_minor > 0) AND (state <> ALL (ARRAY['failed'::text, 'cancelled'::text])));

create table payments.refund (
  id text not null,
  command_key text not null,
  content_hash text not null,
  payment_id text not null,
  merchant_id text not null,
  till_id text not null,
  shift_id text,
  staff_id text,
  amount_minor bigint not null,
  currency text not null,
  reason text not null,
  cause text not null,
  label text,
  business_on date not null,
  state text not null,
  decline jsonb,
  channel_reference text,
  channel_data jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  next_attempt_at timestamp with time zone,
  attempts integer not null default 0,
  version integer not null default 1,
  constraint refund_pkey PRIMARY KEY (id),
  constraint refund_merchant_id_command_key_key UNIQUE (merchant_id, command_key),
  constraint refund_amount_minor_check CHECK ((amount_minor > 0)),
  constraint refund_cause_check CHECK ((cause = ANY (ARRAY['return'::text, 'late-approval'::text]))),
  constraint refund_state_check CHECK ((state = ANY (ARRAY['created'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text]))),
  constraint refund_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments.payment(id)
);
CREATE INDEX refund_due ON payments.refund USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX refund_payment ON payments.refund USING btree (payment_id);

create schema public;

create table public.migration (
  name text not null,
  digest text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);

create schema sales;

create table sales.counter (
  store_id text not null,
  business_on date not null,
  last integer not null,
  constraint counter_pkey PRIMARY KEY (store_id, business_on)
);

create table sales.sale (
  id text not null,
  merchant_id text not null,
  store_id text not null,
  till_id text not null,
  shift_id text not null,
  staff_id text not null,
  staff_name text not null,
  number text not null,
  scenario text not null,
  kind text not null,
  abandoned boolean not null default false,
  lines jsonb not null,
  subtotal_minor bigint not null,
  rounding_minor bigint not null default 0,
  total_minor bigint not null,
  currency text not null,
  receipt_token text not null,
  label text,
  reason text,
  business_on date not null,
  created_at timestamp with time zone not null,
  entered_at timestamp with time zone not null,
  constraint sale_pkey PRIMARY KEY (id),
  constraint sale_receipt_token_key UNIQUE (receipt_token),
  constraint sale_store_id_business_on_number_key UNIQUE (store_id, business_on, number),
  constraint sale_check CHECK (((total_minor = (subtotal_minor - rounding_minor)) AND (total_minor >= 0))),
  constraint sale_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'return'::text]))),
  constraint sale_rounding_minor_check CHECK (((rounding_minor >= 0) AND (rounding_minor < 100))),
  constraint sale_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES sales.shift(id),
  constraint sale_till_id_fkey FOREIGN KEY (till_id) REFERENCES sales.till(id)
);
CREATE INDEX sale_recent ON sales.sale USING btree (merchant_id, created_at DESC);
CREATE INDEX sale_shift ON sales.sale USING btree (shift_id);

create table sales.shift (
  id text not null,
  till_id text not null,
  staff_id text not null,
  staff_name text not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  float_minor bigint not null,
  counted_minor bigint,
  difference_minor bigint,
  constraint shift_pkey PRIMARY KEY (id),
  constraint shift_counted_minor_check CHECK ((counted_minor >= 0)),
  constraint shift_float_minor_check CHECK ((float_minor >= 0)),
  constraint shift_till_id_fkey FOREIGN KEY (till_id) REFERENCES sales.till(id)
);
CREATE UNIQUE INDEX shift_open ON sales.shift USING btree (till_id) WHERE (closed_at IS NULL);

create table sales.till (
  id text not null,
  merchant_id text not null,
  store_id text not null,
  number text not null,
  name text not null,
  name_en text not null,
  constraint till_pkey PRIMARY KEY (id),
  constraint till_store_id_number_key UNIQUE (store_id, number)
);

create schema switch;

create table switch.acquirer (
  id text not null,
  dialect text not null,
  settings jsonb not null,
  link jsonb not null,
  constraint acquirer_pkey PRIMARY KEY (id)
);

create table switch.card_presentation (
  ksn text not null,
  reference text not null,
  used_at timestamp with time zone not null,
  constraint card_presentation_pkey PRIMARY KEY (ksn)
);

create table switch.follow_up (
  reference text not null,
  acquirer_id text not null,
  terminal_id text not null,
  acceptor_id text not null,
  stan integer not null,
  batch_number text not null,
  attempts integer not null default 1,
  reserved_at timestamp with time zone not null,
  constraint follow_up_pkey PRIMARY KEY (reference),
  constraint follow_up_attempts_check CHECK ((attempts > 0)),
  constraint follow_up_stan_check CHECK (((stan >= 1) AND (stan <= 999999)))
);

create table switch.terminal (
  till_id text not null,
  acquirer_id text not null,
  terminal_id text not null,
  acceptor_id text not null,
  last_stan integer not null default 0,
  batch_number text not null default '000001'::text,
  signed_on_at timestamp with time zone,
  constraint terminal_pkey PRIMARY KEY (till_id),
  constraint terminal_acquirer_id_terminal_id_key UNIQUE (acquirer_id, terminal_id),
  constraint terminal_acceptor_id_check CHECK ((length(acceptor_id) = 15)),
  constraint terminal_batch_number_check CHECK ((batch_number ~ '^[0-9]{6}$'::text)),
  constraint terminal_last_stan_check CHECK (((last_stan >= 0) AND (last_stan <= 999999))),
  constraint terminal_terminal_id_check CHECK ((length(terminal_id) = 8))
);
