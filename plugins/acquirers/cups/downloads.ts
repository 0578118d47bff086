import { fromHex, toHex } from '@zhanggui/base';
import { checkCaKey, parseCaKey } from '@zhanggui/emv';
import {
  decodeDataObjects,
  encodeDataObjects,
  formatApplicationList,
  formatBinListRequest,
  formatCaKeyList,
  formatListRequest,
  Iso8583Error,
  parseApplicationList,
  parseBinList,
  parseCaKeyList,
  parseDownloadPart,
  parseTerminalSettings,
} from '@zhanggui/iso8583';
import { ofType, required } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerTrace, DownloadKind } from '@zhanggui/modules/switch/api.ts';
import type { DownloadAnswer, DownloadItem } from '@zhanggui/modules/switch/dialect.ts';
import { type CupsMessage, management, managementAnswerOf, messageOf } from './spec.ts';

/** Field 60.3 of a download in three steps: which entries there are, each of them, the end. */
const LISTED = {
  'ca-keys': { list: '372', item: '370', end: '371' },
  'ic-parameters': { list: '382', item: '380', end: '381' },
} as const;
const BIN_LIST = { part: '390', end: '391' } as const;
const TERMINAL_PARAMETERS = '360';
const APPROVED = '00';

type ListedKind = keyof typeof LISTED;

/**
 * Where a download stands. `entries` are field 62 of the requests that are still to be made, hexadecimal; `received` counts
 * what the list has named so far.
 */
type Cursor =
  | { readonly step: 'list'; readonly received: number; readonly entries: readonly string[] }
  | { readonly step: 'item'; readonly entries: readonly string[] }
  | { readonly step: 'part'; readonly first: number }
  | { readonly step: 'end' };

/** What an answer brought, and where the download goes on. */
interface Turn {
  readonly items: readonly DownloadItem[];
  readonly next: Cursor | null;
}

/** The request of a download at `cursor`; null is its beginning. */
export function downloadMessage(what: DownloadKind, trace: AcquirerTrace, cursor: string | null): CupsMessage {
  if (what === 'terminal-parameters') return management('0800', trace, TERMINAL_PARAMETERS, {});
  const at = cursorOf(what, cursor);
  if (what === 'bin-list')
    return at.step === 'part'
      ? management('0800', trace, BIN_LIST.part, { 62: formatBinListRequest(at.first) })
      : management('0800', trace, BIN_LIST.end, {});
  const codes = LISTED[what];
  if (at.step === 'list') return management('0820', trace, codes.list, { 62: formatListRequest(at.received) });
  if (at.step === 'item') return management('0800', trace, codes.item, { 62: fromHex(at.entries[0] ?? '') });
  return management('0800', trace, codes.end, {});
}

/** @throws Refusal when the bytes are no answer of this download, or a CA key is not the one that its check sum is of. */
export function downloadAnswerOf(what: DownloadKind, payload: Uint8Array, cursor: string | null): DownloadAnswer {
  const { fields } = ofType(messageOf(payload), ['0810', '0830']);
  const told = managementAnswerOf(payload);
  if (told.responseCode !== APPROVED) return { ...told, items: [], next: null };
  const { items, next } = turnOf(what, cursorOf(what, cursor), fields[62]);
  return { ...told, items, next: next === null ? null : JSON.stringify(next) };
}

function cursorOf(what: DownloadKind, cursor: string | null): Cursor {
  if (cursor !== null) return JSON.parse(cursor) as Cursor;
  return what === 'bin-list' ? { step: 'part', first: 0 } : { step: 'list', received: 0, entries: [] };
}

function turnOf(what: DownloadKind, at: Cursor, field62: Uint8Array | undefined): Turn {
  if (what === 'terminal-parameters') return { items: terminalParameters(required(field62, '62')), next: null };
  switch (at.step) {
    case 'end':
      return { items: [], next: null };
    case 'part':
      return prefixes(at.first, required(field62, '62'));
    case 'list':
      return listed(what as ListedKind, at, required(field62, '62'));
    case 'item':
      return item(what as ListedKind, at.entries.slice(1), required(field62, '62'));
  }
}

function listed(what: ListedKind, { received, entries }: Extract<Cursor, { step: 'list' }>, field62: Uint8Array): Turn {
  const { state, content } = parseDownloadPart(field62);
  const named = state === 'none' ? [] : entriesOf(what, content);
  const all = [...entries, ...named];
  // A part that names nothing does not lead on, whatever its flag says.
  if (state === 'more' && named.length > 0)
    return { items: [], next: { step: 'list', received: received + named.length, entries: all } };
  return { items: [], next: all.length === 0 ? { step: 'end' } : { step: 'item', entries: all } };
}

function entriesOf(what: ListedKind, content: Uint8Array): string[] {
  const requests =
    what === 'ca-keys'
      ? parseCaKeyList(content).map(({ rid, index }) => formatCaKeyList([{ rid, index }]))
      : parseApplicationList(content).map((aid) => formatApplicationList([aid]));
  return requests.map(toHex);
}

/** An entry that the host has taken away meanwhile is passed over. */
function item(what: ListedKind, rest: readonly string[], field62: Uint8Array): Turn {
  const { state, content } = parseDownloadPart(field62);
  const next: Cursor = rest.length === 0 ? { step: 'end' } : { step: 'item', entries: rest };
  if (state === 'none') return { items: [], next };
  return { items: [what === 'ca-keys' ? caKey(content) : icParameter(content)], next };
}

function prefixes(first: number, field62: Uint8Array): Turn {
  const part = parseBinList(field62);
  const items = part.prefixes.map((prefix): DownloadItem => {
    return { kind: 'bin', prefix, refused: true, scheme: null, funding: null, domestic: null };
  });
  // A part that does not lead on would be asked for again and again.
  const leadsOn = part.state === 'more' && part.last >= first;
  return { items, next: leadsOn ? { step: 'part', first: part.last + 1 } : { step: 'end' } };
}

function terminalParameters(field62: Uint8Array): DownloadItem[] {
  const { settings } = parseTerminalSettings(field62);
  return Object.entries(settings).map(([name, value]) => ({ kind: 'terminal-parameter', name, value }));
}

function caKey(content: Uint8Array): DownloadItem {
  const key = parseCaKey(content);
  const { matches, computed } = checkCaKey(key);
  if (matches === false)
    throw new Iso8583Error('bad-check-sum', '62.DF03: the check sum is not that of the key', { path: '62.DF03' });
  const values = new Map(decodeDataObjects(content, '62').map(({ tag, value }) => [tag, toHex(value)]));
  return {
    kind: 'ca-key',
    rid: toHex(key.rid),
    index: toHex(Uint8Array.of(key.index)),
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    expiry: key.expiry ?? null,
    hashAlgorithm: values.get('DF06') ?? '',
    keyAlgorithm: values.get('DF07') ?? '',
    checksum: toHex(computed),
  };
}

function icParameter(content: Uint8Array): DownloadItem {
  const objects = decodeDataObjects(content, '62');
  const aid = objects.find(({ tag }) => tag === '9F06')?.value;
  const parameters = toHex(encodeDataObjects(objects.filter(({ tag }) => tag !== '9F06')));
  return { kind: 'ic-parameter', aid: toHex(required(aid, '62.9F06')), parameters };
}
