import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@zhanggui/base';
import {
  EmvRefusal,
  encodeOid,
  encodeTlv,
  parseField55,
  parseTlv,
  type TlvItem,
  type TlvNode,
  type TlvOptions,
  tagForm,
} from '@zhanggui/emv';
import { Facts, type Inputs, type Kinds } from '../kind.ts';

type ItemValue = string | { readonly repeat: string; readonly count: number } | readonly Item[];
type Item = readonly [tag: string, value: ItemValue];

/** A TLV tree as the vectors write it. */
export function treeOf(nodes: readonly TlvNode[]): unknown {
  return nodes.map(({ tag, length, value, children }) => ({
    tag,
    length,
    value: toHex(value),
    ...(children === undefined ? {} : { children: treeOf(children) }),
  }));
}

/** Bytes of hexadecimal text; text that is none is refused like any other malformed input. */
export function bytesOf(value: unknown): Uint8Array {
  try {
    return fromHex(String(value));
  } catch (cause) {
    throw new EmvRefusal('not-hexadecimal', 'the text is not hexadecimal', { cause });
  }
}

function options(inputs: Inputs): TlvOptions {
  return {
    mode: inputs.mode === 'lenient' ? 'lenient' : 'strict',
    padding: inputs.padding === '00' ? 'skip' : 'refuse',
  };
}

function itemOf([tag, value]: Item): TlvItem {
  if (typeof value === 'string') return { tag, value: bytesOf(value) };
  if ('repeat' in value) return { tag, value: bytesOf(value.repeat.repeat(value.count)) };
  return { tag, value: value.map(itemOf) };
}

function encode(inputs: Inputs): unknown {
  const items = inputs.items as readonly Item[];
  const bytes = encodeTlv(items.map(itemOf));
  // Long values are written as a repeated byte, and their encodings as a digest.
  const long = items.some(([, value]) => typeof value === 'object' && 'repeat' in value);
  if (!long) return { hex: toHex(bytes) };
  const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase();
  return { length: bytes.length, first8: toHex(bytes.subarray(0, 8)), sha256 };
}

const parse = (inputs: Inputs): unknown => ({ tree: treeOf(parseTlv(bytesOf(inputs.hex), options(inputs))) });

const outcomes: Kinds = {
  parse,
  encode,
  tag: (inputs) => {
    const form = tagForm(String(inputs.tag));
    return form === undefined ? { valid: false } : { valid: true, ...form };
  },
  oid: (inputs) => ({ hex: toHex(encodeOid(String(inputs.oid))) }),
  field55: (inputs) => {
    const { nodes, values } = parseField55(bytesOf(inputs.hex), options(inputs));
    const byTag = Object.fromEntries([...values].map(([tag, value]) => [tag, toHex(value)]));
    return new Facts({ ...byTag, tree: treeOf(nodes), tags: byTag, count: nodes.length });
  },
};

/** emv-tlv: BER-TLV, tags and object identifiers. */
export const kinds: Kinds = {
  ...outcomes,
  error: (inputs, context) => {
    const run = outcomes[String(inputs.op)];
    if (run === undefined) throw new RangeError(`unknown operation "${String(inputs.op)}"`);
    return run(inputs, context);
  },
};
