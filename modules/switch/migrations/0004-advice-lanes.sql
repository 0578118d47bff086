-- A terminal sends one stored message at a time: whoever has its lane until then sends it.
alter table switch.terminal add column lane_until timestamptz;
alter table switch.advice drop column leased_until;
