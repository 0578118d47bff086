-- What the till must show or hand over while the payment is pending.
alter table payments.payment add column handover jsonb;
-- A pre-authorization reserves money on a card; a later payment completes it.
alter table payments.payment add column purpose text not null default 'sale'
  check (purpose in ('sale', 'pre-authorization'));
alter table payments.payment add column completes text references payments.payment (id);
create index payment_completes on payments.payment (completes) where completes is not null;
