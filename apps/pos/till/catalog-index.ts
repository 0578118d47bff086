import type { Catalog, Item } from './contract.ts';

/** The catalogue, prepared for scanning and searching. */
export interface CatalogIndex {
  readonly catalog: Catalog;
  readonly byId: ReadonlyMap<string, Item>;
  readonly byCode: ReadonlyMap<string, Item>;
  readonly byBarcode: ReadonlyMap<string, Item>;
  /** Barcodes that are GTINs, as fourteen digits. */
  readonly byGtin14: ReadonlyMap<string, Item>;
}

/** Prepares a catalogue once, so that a scan costs one look-up however large it is. */
export function indexCatalog(catalog: Catalog): CatalogIndex {
  const byId = new Map<string, Item>();
  const byCode = new Map<string, Item>();
  const byBarcode = new Map<string, Item>();
  const byGtin14 = new Map<string, Item>();
  for (const item of catalog.items) {
    byId.set(item.id, item);
    byCode.set(item.code, item);
    for (const barcode of item.barcodes) {
      byBarcode.set(barcode, item);
      if (/^(?:\d{8}|\d{12,14})$/.test(barcode)) byGtin14.set(barcode.padStart(14, '0'), item);
    }
  }
  return { catalog, byId, byCode, byBarcode, byGtin14 };
}

const MOST_RESULTS = 60;

/**
 * Items for what a person typed: codes and barcodes from their beginning, names and pinyin initials anywhere; better matches
 * first. A scanned code never comes here.
 */
export function searchItems(index: CatalogIndex, typed: string): readonly Item[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const ranked: { item: Item; rank: number }[] = [];
  for (const item of index.catalog.items) {
    const rank = rankOf(item, wanted);
    if (rank < NO_MATCH) ranked.push({ item, rank });
  }
  ranked.sort((a, b) => a.rank - b.rank || Number(b.item.favourite) - Number(a.item.favourite));
  return ranked.slice(0, MOST_RESULTS).map(({ item }) => item);
}

const NO_MATCH = 9;

function rankOf(item: Item, wanted: string): number {
  const name = item.name.toLowerCase();
  const english = item.nameEn?.toLowerCase() ?? '';
  if (item.code.toLowerCase() === wanted || item.barcodes.includes(wanted)) return 0;
  if (name.startsWith(wanted) || item.pinyin.startsWith(wanted)) return 1;
  if (english.startsWith(wanted) || english.includes(` ${wanted}`)) return 2;
  if (item.code.toLowerCase().startsWith(wanted)) return 3;
  if (item.barcodes.some((barcode) => wanted.length >= 3 && barcode.startsWith(wanted))) return 4;
  if (name.includes(wanted) || item.pinyin.includes(wanted) || english.includes(wanted)) return 5;
  return NO_MATCH;
}
