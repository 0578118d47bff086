-- Waits for closes on their way, then tells which of the terminals' batches are being closed. The second statement has a
-- snapshot of its own, so that it sees what a close has written while the first one waited.
create function payments.enter_batches(terminals text[]) returns setof text language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('batch ' || wanted, 0)) from unnest(terminals) as wanted;
  return query select gate.terminal from payments.batch_gate gate where gate.terminal = any(terminals);
end $$;
