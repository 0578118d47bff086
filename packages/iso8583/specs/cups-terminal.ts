import { concatBytes, utf8Encode } from '@zhanggui/base';
import { gbk } from '../charset.ts';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';

/**
 * Tags (two digits) and fixed lengths of the states and settings in field 62 of a status upload (362) and of a parameter
 * download (360), by name and in the order of their tags. A length counts characters, of a name bytes of GBK. States are 1
 * where the part works. Not from the official document, but as programs in the field write them.
 */
export const TERMINAL_SETTINGS = {
  keyboard: { tag: '01', length: 1 },
  pinPad: { tag: '02', length: 1 },
  cardReader: { tag: '03', length: 1 },
  printer: { tag: '04', length: 1 },
  display: { tag: '05', length: 1 },
  applicationClass: { tag: '11', length: 2 },
  answerTimeoutS: { tag: '12', length: 2 },
  dialRetries: { tag: '13', length: 1 },
  phone1: { tag: '14', length: 14 },
  phone2: { tag: '15', length: 14 },
  phone3: { tag: '16', length: 14 },
  managementPhone: { tag: '17', length: 14 },
  tips: { tag: '18', length: 1 },
  tipPercent: { tag: '19', length: 2 },
  manualEntry: { tag: '20', length: 1 },
  automaticSignOff: { tag: '21', length: 1 },
  merchantName: { tag: '22', length: 40 },
  reversalRetries: { tag: '23', length: 1 },
  offlineUpload: { tag: '24', length: 1 },
  masterKeyIndex: { tag: '25', length: 1 },
  offlineCount: { tag: '27', length: 2 },
} as const;

export type TerminalSettingName = keyof typeof TERMINAL_SETTINGS;

/** Settings by name: text without the spaces that fill it up. */
export type TerminalSettings = Partial<Record<TerminalSettingName, string>>;

const NAMES = Object.keys(TERMINAL_SETTINGS) as TerminalSettingName[];
const PATH = '62';

/**
 * The states and settings in field 62 of a status upload or a parameter download. A value has no length on the wire, so
 * reading ends at a tag that is not known; `unread` counts the bytes from there on.
 * @throws Iso8583Error `truncated` when a value is cut, `duplicate-tag`, `not-gbk`.
 */
export function parseTerminalSettings(field62: Uint8Array): { settings: TerminalSettings; unread: number } {
  const settings: TerminalSettings = {};
  let at = 0;
  while (at < field62.length) {
    const tag = String.fromCharCode(...field62.subarray(at, at + 2));
    const name = NAMES.find((candidate) => TERMINAL_SETTINGS[candidate].tag === tag);
    if (name === undefined) return { settings, unread: field62.length - at };
    if (settings[name] !== undefined) refuse('duplicate-tag', 'a setting stands there twice', `${PATH}.${tag}`, at);
    const end = at + 2 + TERMINAL_SETTINGS[name].length;
    if (end > field62.length) refuse('truncated', 'a setting is cut', `${PATH}.${tag}`, at + 2);
    settings[name] = gbk.decode(copyBytes(field62, at + 2, end), `${PATH}.${tag}`, at + 2).trimEnd();
    at = end;
  }
  return { settings, unread: 0 };
}

/**
 * Field 62 of a status upload or a parameter download; short values are filled up with spaces.
 * @throws Iso8583Error `bad-length` when a value is too long, `not-gbk`.
 */
export function formatTerminalSettings(settings: TerminalSettings): Uint8Array {
  return concatBytes(
    ...NAMES.flatMap((name) => {
      const { tag, length } = TERMINAL_SETTINGS[name];
      const value = settings[name];
      if (value === undefined) return [];
      const bytes = gbk.encode(value, `${PATH}.${tag}`);
      if (bytes.length > length) refuse('bad-length', `the value is at most ${length} bytes`, `${PATH}.${tag}`);
      return [utf8Encode(tag), bytes, new Uint8Array(length - bytes.length).fill(0x20)];
    }),
  );
}
