-- left: the acquirer has begun another batch by itself; this one was never compared.
alter table settlement.batch drop constraint batch_state_check;
alter table settlement.batch add constraint batch_state_check check (state in ('closing', 'closed', 'given-up', 'left'));
-- The merchant's number at the acquirer, for the slip; null in batches from before it was kept.
alter table settlement.batch add column acceptor_id text;

-- Which batch each terminal was last seen in, and since when, so that one that ends without a close is noticed.
create table settlement.seen_batch (
  terminal text primary key,
  batch_number text not null,
  since timestamptz not null
);
