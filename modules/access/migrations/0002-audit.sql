-- What people and the platform did that somebody may ask about later. Rows are only ever added, each under the hash of the one
-- before it; before and after are digests, so that nothing secret can be read here.
create table access.audit (
  sequence bigint primary key check (sequence > 0),
  at timestamptz not null,
  actor text not null,
  role text not null,
  action text not null check (action ~ '^[a-z-]+$'),
  subject text not null,
  before_digest bytea check (length(before_digest) = 32),
  after_digest bytea check (length(after_digest) = 32),
  reason text not null,
  address text not null,
  detail text not null,
  hash bytea not null check (length(hash) = 32),
  check (concat(actor, role, subject, reason, address, detail) !~ '[\x01-\x1f]')
);

-- The head of the chain: locked by whoever appends, so that the chain has one order.
create table access.audit_chain (
  only_row boolean primary key default true check (only_row),
  length bigint not null,
  head bytea not null check (length(head) = 32)
);
insert into access.audit_chain (length, head) values (0, decode(repeat('00', 32), 'hex'));

create function access.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'ZG001';
end $$;
create trigger append_only before update or delete on access.audit
  for each row execute function access.refuse_change();
create trigger no_truncate before truncate on access.audit
  for each statement execute function access.refuse_change();

-- What the hash of one row covers, after the hash of the one before it.
create function access.audit_text(entry access.audit) returns bytea language sql stable as $$
  select convert_to(concat_ws(E'\n', entry.sequence::text, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    entry.actor, entry.role, entry.action, entry.subject, coalesce(encode(entry.before_digest, 'hex'), ''),
    coalesce(encode(entry.after_digest, 'hex'), ''), entry.reason, entry.address, entry.detail), 'UTF8')
$$;

-- Appends one row: the only way in which the program writes them. Control characters become spaces.
create function access.append_audit(
  at timestamptz, actor text, role text, action text, subject text, before_text text, after_text text,
  reason text, address text, detail text
) returns bigint language plpgsql as $$
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
end $$;
