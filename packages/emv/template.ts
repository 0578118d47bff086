import { EmvRefusal } from './refusal.ts';
import { parseTlv, type TlvNode } from './tlv.ts';

/**
 * The one data object a card's answer consists of, or `undefined` when it is not TLV or holds none or several. Such data is
 * a fault of the card, which EMV answers with an outcome, not of the caller.
 */
export function soleTemplate(data: Uint8Array): TlvNode | undefined {
  try {
    const nodes = parseTlv(data);
    return nodes.length === 1 ? nodes[0] : undefined;
  } catch (error) {
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}
