-- When the sale reached the server; `created_at` is when it was made.
alter table sales.sale add column entered_at timestamptz;
update sales.sale set entered_at = created_at;
alter table sales.sale alter column entered_at set not null;
