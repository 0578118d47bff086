import type { Bilingual } from '@zhanggui/base';
import { type DescribedNode, describeTlv } from '@zhanggui/emv/describe.ts';
import { TlvError } from '@zhanggui/emv/refusal.ts';
import { parseTlv, type TlvNode } from '@zhanggui/emv/tlv.ts';
import { byteUnits, type Pasted, type Reading, type ReadingNode } from './reading.ts';

const TITLE: Bilingual = { zh: 'BER-TLV 数据对象', en: 'BER-TLV data objects' };

/** BER-TLV by the rules of EMV, and where those refuse it, in the lenient way that real cards need. */
export function readTlv({ bytes, reveal }: Pasted): Reading | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const head = { format: 'tlv', title: TITLE, units: byteUnits(bytes), unitName: 'byte' } as const;
  try {
    return { ...head, nodes: tlvNodes(bytes, reveal) };
  } catch (error) {
    if (!(error instanceof TlvError)) throw error;
    const { code, message, path, offset } = error;
    return { ...head, nodes: tlvNodes(bytes, reveal, 0, 'lenient'), problem: { code, message, path, offset } };
  }
}

/**
 * Data objects with names, words and places; `base` is the place of the first byte in the whole input.
 * @throws TlvError when the bytes are no BER-TLV.
 */
export function tlvNodes(
  bytes: Uint8Array,
  reveal: boolean,
  base = 0,
  mode: 'strict' | 'lenient' = 'strict',
): readonly ReadingNode[] {
  const nodes = parseTlv(bytes, { mode });
  return join(nodes, describeTlv(nodes, { reveal }), base, reveal);
}

/** Share of the primitive data objects whose tag is in a dictionary, from 0 to 1. */
export function knownShare(bytes: Uint8Array): number {
  const leaves = describeTlv(parseTlv(bytes)).flatMap(leavesOf);
  return leaves.length === 0 ? 0 : leaves.filter(({ info }) => info !== undefined).length / leaves.length;
}

function leavesOf(node: DescribedNode): readonly DescribedNode[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

function join(
  nodes: readonly TlvNode[],
  described: readonly DescribedNode[],
  base: number,
  reveal: boolean,
): readonly ReadingNode[] {
  return nodes.flatMap((node, index) => {
    const words = described[index];
    if (words === undefined) return [];
    const children = join(node.children ?? [], words.children, base, reveal);
    const isHidden = !reveal && node.children === undefined && (words.info === undefined || words.info.sensitive);
    return [
      {
        label: node.tag,
        name: words.name,
        value: words.value,
        notes: words.bits.map(({ byte, bit, text }) => ({
          zh: `第 ${byte} 字节第 ${bit} 位：${text.zh}`,
          en: `byte ${byte} bit ${bit}: ${text.en}`,
        })),
        start: base + node.offset,
        end: base + node.valueOffset + node.length,
        ...(isHidden ? { hiddenFrom: base + node.valueOffset } : {}),
        children,
      },
    ];
  });
}
