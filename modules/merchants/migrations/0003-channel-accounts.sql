-- Who changed an account with a channel and when, since when each secret is what it is (the secret itself lies sealed beside), and
-- what came of trying the account last.
alter table merchants.contract
  add column secrets_set jsonb not null default '{}',
  add column changed_at timestamptz,
  add column changed_by text,
  add column tested_at timestamptz,
  add column test jsonb;
