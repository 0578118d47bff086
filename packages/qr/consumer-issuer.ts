import type { TlvObject } from './ber-tlv.ts';
import { decodeConsumerPresented } from './emvco-consumer.ts';
import type { Wallet } from './payment-code.ts';
import { QrError } from './qr-error.ts';

/** Registered application provider identifiers (ISO 7816-5) whose codes are taken. */
const PROVIDERS: Readonly<Record<string, Wallet>> = { A000000333: 'unionpay' };

/** Whose an EMVCo consumer-presented code is, by its application identifiers; undefined for a stranger's, and for no code at all. */
export function walletOfConsumerCode(base64: string): Wallet | undefined {
  try {
    const { tree } = decodeConsumerPresented(base64, { strict: false });
    for (const { children = [] } of tree) {
      const wallet = PROVIDERS[identifierIn(children).slice(0, 10)];
      if (wallet !== undefined) return wallet;
    }
    return undefined;
  } catch (error) {
    if (error instanceof QrError) return undefined;
    throw error;
  }
}

function identifierIn(objects: readonly TlvObject[]): string {
  return objects.find(({ tag }) => tag === '4F')?.value ?? '';
}
