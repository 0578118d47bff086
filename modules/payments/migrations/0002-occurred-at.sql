-- When the customer paid: for a sale that is entered later, the time at which it was made.
alter table payments.payment add column occurred_at timestamptz;
update payments.payment set occurred_at = created_at;
alter table payments.payment alter column occurred_at set not null;
create index payment_day on payments.payment (merchant_id, business_on);
