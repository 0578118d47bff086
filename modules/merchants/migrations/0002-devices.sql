-- The device that takes payments at a till, as institutions know it. One serial number belongs to one merchant's till.
create table merchants.device (
  till_id text primary key,
  store_id text not null references merchants.store (id),
  device_type text not null check (device_type ~ '^(0[1-689]|1[01])$'),
  serial_number text not null unique check (serial_number ~ '^[!-~]{1,50}$'),
  network_license text check (network_license ~ '^[0-9A-Z]{5}$'),
  app_version text not null check (app_version ~ '^[!-~]{1,8}$'),
  ip text not null check (ip ~ '^[0-9a-fA-F.:]{2,40}$')
);
