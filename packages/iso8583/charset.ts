import { utf8Decode, utf8Encode } from '@zhanggui/base';
import { refuse } from './error.ts';

/** A text encoding whose characters may take several bytes. */
export interface Charset {
  encode(text: string, path: string): Uint8Array;
  decode(bytes: Uint8Array, path: string, offset: number): string;
}

interface Decoders {
  TextDecoder: new (label: string) => { decode(bytes: Uint8Array): string };
}

interface GbkTables {
  /** UTF-16 code by (lead − 0x81) × 192 + (trail − 0x40); 0 where the pair is not assigned. */
  readonly toUnicode: Uint16Array;
  readonly fromUnicode: ReadonlyMap<number, number>;
}

const FIRST_LEAD = 0x81;
const FIRST_TRAIL = 0x40;
const TRAILS = 0xc0;
let gbkTables: GbkTables | undefined;

/** GBK (GB 13000.1 as in code page 936): ASCII and two-byte characters. */
export const gbk: Charset = {
  encode(text, path) {
    const { fromUnicode } = loadGbk();
    const bytes: number[] = [];
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x80) {
        bytes.push(code);
        continue;
      }
      const pair = fromUnicode.get(code) ?? refuse('not-gbk', `character ${index} is not in GBK`, path);
      bytes.push(pair >> 8, pair & 0xff);
    }
    return Uint8Array.from(bytes);
  },

  decode(bytes, path, offset) {
    const { toUnicode } = loadGbk();
    let text = '';
    for (let index = 0; index < bytes.length; index += 1) {
      const lead = bytes[index] ?? 0;
      if (lead < 0x80) {
        text += String.fromCharCode(lead);
        continue;
      }
      index += 1;
      const trail = bytes[index] ?? 0;
      const code = toUnicode[slotOf(lead, trail)] ?? 0;
      if (trail < FIRST_TRAIL || code === 0)
        refuse('not-gbk', 'these bytes are not GBK text', path, offset + index - 1);
      text += String.fromCharCode(code);
    }
    return text;
  },
};

/** UTF-8, as newer private dialects use it. */
export const utf8: Charset = {
  encode: (text) => utf8Encode(text),
  decode(bytes, path, offset) {
    try {
      return utf8Decode(bytes);
    } catch {
      return refuse('not-utf8', 'these bytes are not UTF-8 text', path, offset);
    }
  },
};

function slotOf(lead: number, trail: number): number {
  return (lead - FIRST_LEAD) * TRAILS + (trail - FIRST_TRAIL);
}

function gbkDecoder(): { decode(bytes: Uint8Array): string } {
  const platform = globalThis as unknown as Decoders;
  try {
    return new platform.TextDecoder('gbk');
  } catch {
    return refuse('no-gbk', 'this platform cannot decode GBK', '');
  }
}

/** The two-byte characters of the platform's own GBK decoder, as tables: neither platform has an encoder. */
function loadGbk(): GbkTables {
  if (gbkTables !== undefined) return gbkTables;
  const decoder = gbkDecoder();
  const toUnicode = new Uint16Array((0xff - FIRST_LEAD) * TRAILS);
  const fromUnicode = new Map<number, number>();
  for (let lead = FIRST_LEAD; lead < 0xff; lead += 1) {
    for (let trail = FIRST_TRAIL; trail < 0xff; trail += 1) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      const code = text.charCodeAt(0);
      if (text.length !== 1 || code === 0xfffd) continue;
      toUnicode[slotOf(lead, trail)] = code;
      if (!fromUnicode.has(code)) fromUnicode.set(code, (lead << 8) | trail);
    }
  }
  gbkTables = { toUnicode, fromUnicode };
  return gbkTables;
}
