-- A sale that the customer makes alone belongs to no shift.
alter table sales.sale alter column shift_id drop not null;

-- A way to pay that is a web address: for one order with its amount, or printed for a till, where the customer types it.
create table sales.link (
  id text primary key,
  token text not null unique,
  kind text not null check (kind in ('order', 'shop-code')),
  merchant_id text not null,
  till_id text not null references sales.till (id),
  staff_id text not null,
  staff_name text not null,
  title text not null,
  currency text not null,
  -- The sale of an order; each payment of a shop code makes one of its own.
  sale_id text references sales.sale (id),
  amount_minor bigint check (amount_minor > 0),
  expires_at timestamptz,
  created_at timestamptz not null,
  check ((kind = 'order') = (sale_id is not null and amount_minor is not null and expires_at is not null))
);
create index link_recent on sales.link (merchant_id, created_at desc);
-- A till has one printed code.
create unique index one_shop_code on sales.link (till_id) where kind = 'shop-code';
