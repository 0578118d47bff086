-- An acquirer that is connected: its dialect with what it gave us for it, and where its line is.
create table switch.acquirer (
  id text primary key,
  dialect text not null,
  settings jsonb not null,
  link jsonb not null
);
