-- What the customer added to the amount when signing; told to the issuer afterwards, and not given back by refunds.
alter table payments.payment add column tip_minor bigint not null default 0 check (tip_minor >= 0);
