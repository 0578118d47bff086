-- What the host told when it took a message: reference, authorization number and its own day, by which it finds it again.
alter table switch.advice add column answer jsonb;
