-- How many attempts the host certainly did not take. Only after another one can "duplicate" mean that it has the message.
alter table switch.advice add column not_taken integer not null default 0 check (not_taken >= 0);
