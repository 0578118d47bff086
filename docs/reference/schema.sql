-- The database after all migrations. Written by `npm run docs`; not to be edited.

create schema access;

create table access.attempt (
  subject text not null,
  failures integer not null,
  blocked_until timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint attempt_pkey PRIMARY KEY (subject)
);

create table access.audit (
  sequence bigint not null,
  at timestamp with time zone not null,
  actor text not null,
  role text not null,
  action text not null,
  subject text not null,
  before_digest bytea,
  after_digest bytea,
  reason text not null,
  address text not null,
  detail text not null,
  hash bytea not null,
  constraint audit_pkey PRIMARY KEY (sequence),
  constraint audit_action_check CHECK ((action ~ '^[a-z-]+$'::text)),
  constraint audit_after_digest_check CHECK ((length(after_digest) = 32)),
  constraint audit_before_digest_check CHECK ((length(before_digest) = 32)),
  constraint audit_check CHECK ((concat(actor, role, subject, reason, address, detail) !~ '[\x01-\x1f]'::text)),
  constraint audit_hash_check CHECK ((length(hash) = 32)),
  constraint audit_sequence_check CHECK ((sequence > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON access.audit FOR EACH ROW EXECUTE FUNCTION access.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON access.audit FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change();

create table access.audit_chain (
  only_row boolean not null default true,
  length bigint not null,
  head bytea not null,
  constraint audit_chain_pkey PRIMARY KEY (only_row),
  constraint audit_chain_head_check CHECK ((length(head) = 32)),
  constraint audit_chain_only_row_check CHECK (only_row)
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

CREATE OR REPLACE FUNCTION access.append_audit(at timestamp with time zone, actor text, role text, action text, subject text, before_text text, after_text text, reason text, address text, detail text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
declare
  entry access.audit;
  chain record;
begin
  select c.length, c.head into strict chain from access.audit_chain c for update;
  entry.sequence := chain.length + 1;
  entry.at := date_trunc('milliseconds', at);
  entry.actor := regexp_replace(actor, '[\x01-\x1f]', ' ', 'g');
  entry.role := regexp_replace(role, '[\x01-\x1f]', ' ', 'g');
  entry.action := action;
  entry.subject := regexp_replace(subject, '[\x01-\x1f]', ' ', 'g');
  entry.before_digest := sha256(convert_to(before_text, 'UTF8'));
  entry.after_digest := sha256(convert_to(after_text, 'UTF8'));
  entry.reason := regexp_replace(reason, '[\x01-\x1f]', ' ', 'g');
  entry.address := regexp_replace(address, '[\x01-\x1f]', ' ', 'g');
  entry.detail := regexp_replace(detail, '[\x01-\x1f]', ' ', 'g');
  entry.hash := sha256(chain.head || access.audit_text(entry));
  insert into access.audit select entry.*;
  update access.audit_chain set length = entry.sequence, head = entry.hash;
  return entry.sequence;
end $function$;

CREATE OR REPLACE FUNCTION access.audit_text(entry access.audit)
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$
  select convert_to(concat_ws(E'\n', entry.sequence::text, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    entry.actor, entry.role, entry.action, entry.subject, coalesce(encode(entry.before_digest, 'hex'), ''),
    coalesce(encode(entry.after_digest, 'hex'), ''), entry.reason, entry.address, entry.detail), 'UTF8')
$function$;

CREATE OR REPLACE FUNCTION access.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit log is append-only' using errcode = 'ZG001';
end $function$;

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

create table keys.component (
  request_id text not null,
  number integer not null,
  custodian text not null,
  custodian_name jsonb not null,
  sealed text,
  check_value text not null,
  entered_at timestamp with time zone not null,
  constraint component_pkey PRIMARY KEY (request_id, number),
  constraint component_request_id_custodian_key UNIQUE (request_id, custodian),
  constraint component_check_value_check CHECK ((check_value ~ '^[0-9A-F]{6}$'::text)),
  constraint component_number_check CHECK (((number >= 1) AND (number <= 3))),
  constraint component_request_id_fkey FOREIGN KEY (request_id) REFERENCES keys.request(id)
);

create table keys.holder (
  only_row boolean not null default true,
  id text not null,
  since timestamp with time zone not null,
  constraint holder_pkey PRIMARY KEY (only_row),
  constraint holder_only_row_check CHECK (only_row)
);

create table keys.key_block (
  name text not null,
  usage text not null,
  block text not null,
  check_value text not null,
  stored_at timestamp with time zone not null default now(),
  algorithm text not null,
  key_bits integer not null,
  parent text,
  exportable boolean not null default false,
  holder text,
  constraint key_block_pkey PRIMARY KEY (name),
  constraint key_block_algorithm_check CHECK ((algorithm = ANY (ARRAY['DES'::text, 'TDES'::text, 'AES'::text, 'HMAC'::text]))),
  constraint key_block_check_value_check CHECK ((check_value ~ '^[0-9A-F]{6}$'::text)),
  constraint key_block_key_bits_check CHECK ((key_bits > 0)),
  constraint key_block_usage_check CHECK ((usage = ANY (ARRAY['base-derivation'::text, 'key-encryption'::text, 'key-block-protection'::text, 'pin'::text, 'mac'::text, 'data'::text, 'hash'::text])))
);

create table keys.key_use (
  name text not null,
  minute timestamp with time zone not null,
  use text not null,
  count bigint not null,
  constraint key_use_pkey PRIMARY KEY (name, minute, use),
  constraint key_use_count_check CHECK ((count > 0))
);

create table keys.key_version (
  name text not null,
  version integer not null,
  usage text not null,
  algorithm text not null,
  key_bits integer not null,
  check_value text not null,
  parent text,
  created_at timestamp with time zone not null,
  activated_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint key_version_pkey PRIMARY KEY (name, version),
  constraint key_version_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX key_version_active ON keys.key_version USING btree (name) WHERE (retired_at IS NULL);

create table keys.request (
  id text not null,
  kind text not null,
  key_name text not null,
  details jsonb not null,
  state text not null,
  maker text not null,
  maker_name jsonb not null,
  reason text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  checker text,
  checker_name jsonb,
  decided_at timestamp with time zone,
  result jsonb,
  constraint request_pkey PRIMARY KEY (id),
  constraint request_check CHECK (((checker IS NULL) OR (checker <> maker))),
  constraint request_kind_check CHECK ((kind = ANY (ARRAY['ceremony'::text, 'export'::text, 'destruction'::text]))),
  constraint request_state_check CHECK ((state = ANY (ARRAY['collecting'::text, 'waiting'::text, 'executing'::text, 'done'::text, 'refused'::text, 'expired'::text, 'failed'::text])))
);
CREATE INDEX request_newest ON keys.request USING btree (created_at DESC);
CREATE INDEX request_open ON keys.request USING btree (expires_at) WHERE (state = ANY (ARRAY['collecting'::text, 'waiting'::text]));

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
  secrets_set jsonb not null default '{}'::jsonb,
  changed_at timestamp with time zone,
  changed_by text,
  tested_at timestamp with time zone,
  test jsonb,
  constraint contract_pkey PRIMARY KEY (merchant_id, method_id),
  constraint contract_cap_minor_check CHECK ((cap_minor >= 0)),
  constraint contract_limit_minor_check CHECK ((limit_minor > 0)),
  constraint contract_rate_ppm_check CHECK ((rate_ppm >= 0)),
  constraint contract_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES merchants.merchant(id)
);

create table merchants.device (
  till_id text not null,
  store_id text not null,
  device_type text not null,
  serial_number text not null,
  network_license text,
  app_version text not null,
  ip text not null,
  constraint device_pkey PRIMARY KEY (till_id),
  constraint device_serial_number_key UNIQUE (serial_number),
  constraint device_app_version_check CHECK ((app_version ~ '^[!-~]{1,8}$'::text)),
  constraint device_device_type_check CHECK ((device_type ~ '^(0[1-689]|1[01])$'::text)),
  constraint device_ip_check CHECK ((ip ~ '^[0-9a-fA-F.:]{2,40}$'::text)),
  constraint device_network_license_check CHECK ((network_license ~ '^[0-9A-Z]{5}$'::text)),
  constraint device_serial_number_check CHECK ((serial_number ~ '^[!-~]{1,50}$'::text)),
  constraint device_store_id_fkey FOREIGN KEY (store_id) REFERENCES merchants.store(id)
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

create table payments.batch_gate (
  terminal text not null,
  batch_number text not null,
  closed_at timestamp with time zone not null,
  constraint batch_gate_pkey PRIMARY KEY (terminal)
);

create table payments.bill (
  merchant_id text not null,
  method text not null,
  bill_on date not null,
  state text not null,
  stage text,
  row_count integer not null default 0,
  cause text,
  started_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint bill_pkey PRIMARY KEY (merchant_id, method, bill_on),
  constraint bill_stage_check CHECK ((stage = ANY (ARRAY['asking'::text, 'downloading'::text, 'reading'::text, 'storing'::text]))),
  constraint bill_state_check CHECK ((state = ANY (ARRAY['fetching'::text, 'fetched'::text, 'empty'::text, 'not-ready'::text, 'failed'::text])))
);

create table payments.bill_row (
  merchant_id text not null,
  method text not null,
  bill_on date not null,
  position integer not null,
  kind text not null,
  channel_reference text not null,
  our_reference text not null,
  refund_reference text,
  amount_minor bigint not null,
  fee_minor bigint not null,
  currency text not null,
  at timestamp with time zone not null,
  status text not null,
  constraint bill_row_pkey PRIMARY KEY (merchant_id, method, bill_on, "position"),
  constraint bill_row_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint bill_row_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text]))),
  constraint bill_row_merchant_id_method_bill_on_fkey FOREIGN KEY (merchant_id, method, bill_on) REFERENCES payments.bill(merchant_id, method, bill_on)
);
CREATE INDEX bill_row_reference ON payments.bill_row USING btree (merchant_id, method, channel_reference);

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
  expires_at timestamp with time zone,
  signature text,
  provisional boolean not null default false,
  lost_minor bigint not null default 0,
  batch_terminal text,
  batch_number text,
  tip_minor bigint not null default 0,
  constraint payment_pkey PRIMARY KEY (id),
  constraint payment_merchant_id_command_key_key UNIQUE (merchant_id, command_key),
  constraint payment_amount_minor_check CHECK ((amount_minor > 0)),
  constraint payment_purpose_check CHECK ((purpose = ANY (ARRAY['sale'::text, 'pre-authorization'::text]))),
  constraint payment_rounding_minor_check CHECK ((rounding_minor >= 0)),
  constraint payment_signature_check CHECK ((signature = ANY (ARRAY['wanted'::text, 'given'::text]))),
  constraint payment_state_check CHECK ((state = ANY (ARRAY['created'::text, 'pending'::text, 'unknown'::text, 'cancelling'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint payment_tip_minor_check CHECK ((tip_minor >= 0)),
  constraint refund_exceeds_payment CHECK (((refunded_minor >= 0) AND (refunded_minor <= refund_claimed_minor) AND (refund_claimed_minor <= amount_minor))),
  constraint payment_completes_fkey FOREIGN KEY (completes) REFERENCES payments.payment(id)
);
CREATE INDEX payment_batch ON payments.payment USING btree (batch_terminal, batch_number) WHERE (batch_terminal IS NOT NULL);
CREATE INDEX payment_completes ON payments.payment USING btree (completes) WHERE (completes IS NOT NULL);
CREATE INDEX payment_day ON payments.payment USING btree (merchant_id, business_on);
CREATE INDEX payment_due ON payments.payment USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX payment_hold ON payments.payment USING btree (merchant_id, created_at DESC) WHERE (purpose = 'pre-authorization'::text);
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
  batch_terminal text,
  batch_number text,
  constraint refund_pkey PRIMARY KEY (id),
  constraint refund_merchant_id_command_key_key UNIQUE (merchant_id, command_key),
  constraint refund_amount_minor_check CHECK ((amount_minor > 0)),
  constraint refund_cause_check CHECK ((cause = ANY (ARRAY['return'::text, 'late-approval'::text]))),
  constraint refund_state_check CHECK ((state = ANY (ARRAY['created'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text]))),
  constraint refund_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments.payment(id)
);
CREATE INDEX refund_batch ON payments.refund USING btree (batch_terminal, batch_number) WHERE (batch_terminal IS NOT NULL);
CREATE INDEX refund_due ON payments.refund USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX refund_payment ON payments.refund USING btree (payment_id);

create table payments.signature (
  payment_id text not null,
  strokes bytea not null,
  digest bytea not null,
  drawn_at timestamp with time zone not null,
  constraint signature_pkey PRIMARY KEY (payment_id),
  constraint signature_digest_check CHECK ((length(digest) = 32)),
  constraint signature_strokes_check CHECK (((length(strokes) >= 1) AND (length(strokes) <= 8192))),
  constraint signature_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments.payment(id)
);

CREATE OR REPLACE FUNCTION payments.enter_batches(terminals text[])
 RETURNS SETOF text
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('batch ' || wanted, 0)) from unnest(terminals) as wanted;
  return query select gate.terminal from payments.batch_gate gate where gate.terminal = any(terminals);
end $function$;

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

create table sales.link (
  id text not null,
  token text not null,
  kind text not null,
  merchant_id text not null,
  till_id text not null,
  staff_id text not null,
  staff_name text not null,
  title text not null,
  currency text not null,
  sale_id text,
  amount_minor bigint,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint link_pkey PRIMARY KEY (id),
  constraint link_token_key UNIQUE (token),
  constraint link_amount_minor_check CHECK ((amount_minor > 0)),
  constraint link_check CHECK (((kind = 'order'::text) = ((sale_id IS NOT NULL) AND (amount_minor IS NOT NULL) AND (expires_at IS NOT NULL)))),
  constraint link_kind_check CHECK ((kind = ANY (ARRAY['order'::text, 'shop-code'::text]))),
  constraint link_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sales.sale(id),
  constraint link_till_id_fkey FOREIGN KEY (till_id) REFERENCES sales.till(id)
);
CREATE INDEX link_recent ON sales.link USING btree (merchant_id, created_at DESC);
CREATE UNIQUE INDEX one_shop_code ON sales.link USING btree (till_id) WHERE (kind = 'shop-code'::text);

create table sales.sale (
  id text not null,
  merchant_id text not null,
  store_id text not null,
  till_id text not null,
  shift_id text,
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

create schema settlement;

create table settlement.batch (
  id text not null,
  merchant_id text not null,
  till_id text not null,
  terminal text not null,
  batch_number text not null,
  currency text not null,
  state text not null,
  staff_id text,
  totals jsonb,
  by_kind jsonb,
  step text,
  cause text,
  domestic_verdict text,
  foreign_verdict text,
  uploaded integer,
  refused integer,
  settlement_on date,
  next_batch_number text,
  began_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  next_attempt_at timestamp with time zone,
  attempts integer not null default 0,
  version integer not null default 1,
  acceptor_id text,
  constraint batch_pkey PRIMARY KEY (id),
  constraint batch_state_check CHECK ((state = ANY (ARRAY['closing'::text, 'closed'::text, 'given-up'::text, 'left'::text])))
);
CREATE INDEX batch_due ON settlement.batch USING btree (next_attempt_at) WHERE (next_attempt_at IS NOT NULL);
CREATE INDEX batch_number ON settlement.batch USING btree (terminal, batch_number);
CREATE INDEX batch_recent ON settlement.batch USING btree (merchant_id, began_at DESC, id DESC);
CREATE UNIQUE INDEX one_close_per_terminal ON settlement.batch USING btree (terminal) WHERE (state = 'closing'::text);

create table settlement.command (
  merchant_id text not null,
  command_key text not null,
  content_hash text not null,
  batch_id text not null,
  constraint command_pkey PRIMARY KEY (merchant_id, command_key),
  constraint command_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES settlement.batch(id)
);

create table settlement.schedule (
  merchant_id text not null,
  at text not null,
  constraint schedule_pkey PRIMARY KEY (merchant_id),
  constraint schedule_at_check CHECK ((at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text))
);

create table settlement.seen_batch (
  terminal text not null,
  batch_number text not null,
  since timestamp with time zone not null,
  constraint seen_batch_pkey PRIMARY KEY (terminal)
);

create schema switch;

create sequence switch.advice_sequence_seq;

create table switch.acquirer (
  id text not null,
  dialect text not null,
  settings jsonb not null,
  link jsonb not null,
  constraint acquirer_pkey PRIMARY KEY (id)
);

create table switch.advice (
  sequence bigint not null,
  reference text not null,
  kind text not null,
  acquirer_id text not null,
  terminal_id text not null,
  request jsonb not null,
  state text not null default 'waiting'::text,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone not null,
  tried_at timestamp with time zone,
  quarantined_at timestamp with time zone,
  last_cause text,
  response_code text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  not_taken integer not null default 0,
  answer jsonb,
  constraint advice_pkey PRIMARY KEY (sequence),
  constraint advice_reference_kind_key UNIQUE (reference, kind),
  constraint advice_attempts_check CHECK ((attempts >= 0)),
  constraint advice_not_taken_check CHECK ((not_taken >= 0)),
  constraint advice_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'refused'::text])))
);
CREATE INDEX advice_due ON switch.advice USING btree (next_attempt_at) WHERE (state = 'waiting'::text);
CREATE INDEX advice_lane ON switch.advice USING btree (acquirer_id, terminal_id) WHERE (state = 'waiting'::text);

create table switch.batch_close (
  acquirer_id text not null,
  terminal_id text not null,
  batch_number text not null,
  content jsonb not null,
  step text not null,
  domestic text,
  abroad text,
  settlement_on date,
  messages_sent integer not null default 0,
  records_sent integer not null default 0,
  records_refused integer not null default 0,
  started_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint batch_close_pkey PRIMARY KEY (acquirer_id, terminal_id, batch_number),
  constraint batch_close_abroad_check CHECK ((abroad = ANY (ARRAY['balanced'::text, 'unbalanced'::text, 'error'::text]))),
  constraint batch_close_domestic_check CHECK ((domestic = ANY (ARRAY['balanced'::text, 'unbalanced'::text, 'error'::text]))),
  constraint batch_close_step_check CHECK ((step = ANY (ARRAY['settlement'::text, 'upload'::text, 'end'::text, 'closed'::text])))
);

create table switch.card_presentation (
  ksn text not null,
  reference text not null,
  used_at timestamp with time zone not null,
  constraint card_presentation_pkey PRIMARY KEY (ksn)
);

create table switch.download (
  acquirer_id text not null,
  terminal_id text not null,
  kind text not null,
  version integer not null,
  items jsonb not null,
  downloaded_at timestamp with time zone not null,
  constraint download_pkey PRIMARY KEY (acquirer_id, terminal_id, kind),
  constraint download_kind_check CHECK ((kind = ANY (ARRAY['ca-keys'::text, 'ic-parameters'::text, 'bin-list'::text, 'terminal-parameters'::text]))),
  constraint download_version_check CHECK ((version > 0))
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

create table switch.late_answer (
  reference text not null,
  approval jsonb,
  money_had_moved boolean,
  noted_at timestamp with time zone not null,
  constraint late_answer_pkey PRIMARY KEY (reference)
);

create table switch.offline_claim (
  reference text not null,
  acquirer_id text not null,
  terminal_id text not null,
  amount_minor bigint not null,
  claimed_at timestamp with time zone not null,
  released_at timestamp with time zone,
  constraint offline_claim_pkey PRIMARY KEY (reference),
  constraint offline_claim_amount_minor_check CHECK ((amount_minor > 0))
);
CREATE INDEX offline_claim_open ON switch.offline_claim USING btree (acquirer_id, terminal_id) WHERE (released_at IS NULL);

create table switch.terminal (
  till_id text not null,
  acquirer_id text not null,
  terminal_id text not null,
  acceptor_id text not null,
  last_stan integer not null default 0,
  batch_number text not null default '000001'::text,
  signed_on_at timestamp with time zone,
  session integer not null default 0,
  sign_on_until timestamp with time zone,
  track_key boolean not null default false,
  clock_offset_ms bigint not null default 0,
  demand text,
  demand_from timestamp with time zone,
  closing_since timestamp with time zone,
  offline_payment_minor bigint not null default 0,
  offline_total_minor bigint not null default 0,
  lane_until timestamp with time zone,
  constraint terminal_pkey PRIMARY KEY (till_id),
  constraint terminal_acquirer_id_terminal_id_key UNIQUE (acquirer_id, terminal_id),
  constraint terminal_acceptor_id_check CHECK ((length(acceptor_id) = 15)),
  constraint terminal_batch_number_check CHECK ((batch_number ~ '^[0-9]{6}$'::text)),
  constraint terminal_last_stan_check CHECK (((last_stan >= 0) AND (last_stan <= 999999))),
  constraint terminal_offline_payment_minor_check CHECK ((offline_payment_minor >= 0)),
  constraint terminal_offline_total_minor_check CHECK ((offline_total_minor >= 0)),
  constraint terminal_terminal_id_check CHECK ((length(terminal_id) = 8))
);
