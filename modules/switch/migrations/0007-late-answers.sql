-- What is known of requests that were given up: an approval that came all the same, and how a reversal of it was answered.
-- The two may come to different server processes, and only together say whether money moved and stayed moved.
create table switch.late_answer (
  reference text primary key,
  approval jsonb,
  money_had_moved boolean,
  noted_at timestamptz not null
);
