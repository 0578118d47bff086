import { toHex, utf8Encode } from '@zhanggui/base';
import {
  crcOfText,
  decodeConsumerPresented,
  decodeMerchantPresented,
  encodeConsumerPresented,
  encodeMerchantPresented,
  type MerchantItem,
  type TlvItem,
} from '@zhanggui/qr';
import type { Inputs, Kinds } from '../kind.ts';

/** Published payloads come from national schemes as well, so decoding accepts what is in use; `error` asks for every rule. */
const IN_USE = { strict: false };

export const kinds: Kinds = {
  crc: ({ text }) => ({ crc: crcOfText(String(text)) }),
  'mpm-decode': ({ payload }) => decodeMerchantPresented(String(payload), IN_USE),
  'mpm-encode': ({ fields }) => ({ payload: encodeMerchantPresented(fields as readonly MerchantItem[], IN_USE) }),
  'cpm-decode': ({ base64 }) => decodeConsumerPresented(String(base64), IN_USE),
  'cpm-encode': (inputs) => ({ base64: encodeConsumerPresented(tlvItems(listOf(inputs)), IN_USE) }),
  error: ({ mode, payload, base64 = payload }) =>
    mode === 'cpm' ? decodeConsumerPresented(String(base64)) : decodeMerchantPresented(String(payload)),
};

function listOf(inputs: Inputs): readonly unknown[] {
  const list = Object.values(inputs).find((value) => Array.isArray(value));
  return (list ?? []) as readonly unknown[];
}

/** Data objects written as `[tag, value]` or as `{tag, value}` / `{tag, children}`. */
function tlvItems(list: readonly unknown[]): readonly TlvItem[] {
  return list.map((entry) => {
    if (Array.isArray(entry)) return [String(entry[0]), tlvContent(entry[1])];
    const { tag, value, children } = entry as { tag: string; value?: unknown; children?: unknown };
    return [tag, tlvContent(children ?? value)];
  });
}

function tlvContent(content: unknown): string | readonly TlvItem[] {
  if (Array.isArray(content)) return tlvItems(content);
  const text = String(content);
  return /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? text : toHex(utf8Encode(text));
}
