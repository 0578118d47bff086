import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { type CaKey, encodeCaKey, encodeTlv } from '@zhanggui/emv';
import {
  formatApplicationList,
  formatBinList,
  formatCaKeyList,
  formatDownloadPart,
  formatTerminalSettings,
  parseApplicationList,
  parseBinListRequest,
  parseCaKeyList,
  parseListRequest,
  type TerminalSettings,
} from '@zhanggui/iso8583';
import { loadCertificates } from '../cards/chip/personalisation.ts';
import { caKeyOf } from '../cards/reader-settings.ts';
import type { DownloadRequest } from './dialects/dialect.ts';

/** How many entries of a list one answer holds. */
const LIST_PART = 8;
const PREFIXES_PART = 40;
const KEY_EXPIRY = '20391231';
/** Prefixes of invented numbers that the bank refuses. */
const REFUSED_PREFIXES = ['620000999', '6200009888', '40000099', '51000099'];
/** What terminals are told to keep to, until the bank's page or a test changes it. */
export const TERMINAL_PARAMETERS: TerminalSettings = {
  answerTimeoutS: '60',
  dialRetries: '3',
  tips: '0',
  tipPercent: '15',
  manualEntry: '0',
  automaticSignOff: '0',
  merchantName: '示范小店',
  reversalRetries: '3',
  offlineUpload: '1',
  masterKeyIndex: '0',
  offlineCount: '10',
};

/** Parameters of each application, by AID: JR/T 0025.6 and the terminals' private tags. */
const APPLICATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  A000000333010101: { '9F08': '0030', DF11: 'D84000A800', DF12: 'D84004F800', DF13: '0010000000' },
  A000000333010102: { '9F08': '0030', DF11: 'D84000A800', DF12: 'D84004F800', DF13: '0010000000' },
  A0000000031010: { '9F08': '0096', DF11: 'DC4000A800', DF12: 'DC4004F800', DF13: '0010000000' },
  A0000000041010: { '9F08': '0002', DF11: 'FC50BC2000', DF12: 'FC50BCF800', DF13: '0000000000' },
};
/** Selection by the beginning of the name, floor limit, random selection, default DDOL, online PIN, contactless limits. */
const COMMON: Readonly<Record<string, string>> = {
  DF01: '00',
  '9F1B': '00004E20',
  DF15: '00000000',
  DF16: '99',
  DF17: '99',
  DF14: '9F3704',
  DF18: '01',
  '9F7B': '000000100000',
  DF19: '000000005000',
  DF20: '000005000000',
  DF21: '000000100001',
};

/** Field 62 of the answer to a download; undefined when the host holds nothing under what was asked. */
export function downloadAnswer(
  { what, step, data }: DownloadRequest,
  parameters: TerminalSettings,
): Uint8Array | undefined {
  if (step === 'end') return undefined;
  switch (what) {
    case 'ca-keys':
      return step === 'list' ? keyList(parseListRequest(data)) : keyOf(data);
    case 'ic-parameters':
      return step === 'list' ? applicationList(parseListRequest(data)) : parametersOf(data);
    case 'bin-list':
      return prefixes(parseBinListRequest(data));
    case 'terminal-parameters':
      return formatTerminalSettings(parameters);
  }
}

function keyList(received: number): Uint8Array {
  const rest = caKeys().slice(received, received + LIST_PART);
  const entries = rest.map(({ rid, index }) => ({ rid, index, expiry: fromHex(KEY_EXPIRY) }));
  return part(received, rest.length, caKeys().length, formatCaKeyList(entries));
}

function keyOf(data: Uint8Array): Uint8Array {
  const [asked] = parseCaKeyList(data);
  const key = caKeys().find(({ rid, index }) => asked?.index === index && toHex(asked.rid) === toHex(rid));
  if (key === undefined) return formatDownloadPart({ state: 'none', content: new Uint8Array(0) });
  return formatDownloadPart({ state: 'complete', content: encodeCaKey(key) });
}

function applicationList(received: number): Uint8Array {
  const all = Object.keys(APPLICATIONS);
  const rest = all.slice(received, received + LIST_PART);
  return part(received, rest.length, all.length, formatApplicationList(rest));
}

function parametersOf(data: Uint8Array): Uint8Array {
  const [aid = ''] = parseApplicationList(data);
  const own = APPLICATIONS[aid];
  if (own === undefined) return formatDownloadPart({ state: 'none', content: new Uint8Array(0) });
  const values = Object.entries({ '9F06': aid, ...own, ...COMMON });
  const content = encodeTlv(values.map(([tag, value]) => ({ tag, value: fromHex(value) })));
  return formatDownloadPart({ state: 'complete', content });
}

function prefixes(first: number): Uint8Array {
  const rest = REFUSED_PREFIXES.slice(first, first + PREFIXES_PART);
  const last = first + rest.length - 1;
  if (rest.length === 0) return formatBinList({ state: 'none', last: 0, prefixes: [] });
  const state = last + 1 < REFUSED_PREFIXES.length ? 'more' : first === 0 ? 'complete' : 'last';
  return formatBinList({ state, last, prefixes: rest });
}

function part(received: number, count: number, all: number, content: Uint8Array): Uint8Array {
  if (count === 0) return formatDownloadPart({ state: 'none', content: new Uint8Array(0) });
  const state = received + count < all ? 'more' : received === 0 ? 'complete' : 'last';
  return formatDownloadPart({ state, content: concatBytes(content) });
}

let keys: readonly CaKey[] | undefined;

/** The test authorities' keys, under which the virtual cards are certified. */
function caKeys(): readonly CaKey[] {
  keys ??= loadCertificates().authorities.map((authority) => ({ ...caKeyOf(authority), expiry: KEY_EXPIRY }));
  return keys;
}
