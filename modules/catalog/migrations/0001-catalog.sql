create schema catalog;

create sequence catalog.version;

create table catalog.category (
  id text primary key,
  merchant_id text not null,
  place integer not null,
  name text not null,
  name_en text not null
);

create table catalog.item (
  id text primary key,
  merchant_id text not null,
  code text not null,
  barcodes text[] not null default '{}',
  name text not null,
  name_en text not null,
  category_id text references catalog.category (id),
  kind text not null check (kind in ('piece', 'weighed')),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  unit text not null,
  pinyin text not null,
  favourite boolean not null default false,
  place integer not null default 0,
  version bigint not null default nextval('catalog.version'),
  command_key text,
  unique (merchant_id, code),
  unique (merchant_id, command_key)
);
create index item_barcodes on catalog.item using gin (barcodes);
