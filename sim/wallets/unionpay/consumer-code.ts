import { decodeConsumerPresented, encodeConsumerPresented, QrError, type TlvObject } from '@zhanggui/qr';

const UNIONPAY_AID = 'A000000333010101';
const EXPIRY = '3012';
const SERVICE_CODE = '201';

/** The phone's code as EMVCo CPM 1.1 writes it, for acquirers that read it: the digits stand as the token's number. */
export function consumerCode(digits: string): string {
  const track2 = `${digits}D${EXPIRY}${SERVICE_CODE}0`;
  return encodeConsumerPresented([
    [
      '61',
      [
        ['4F', UNIONPAY_AID],
        ['57', track2.length % 2 === 0 ? track2 : `${track2}F`],
      ],
    ],
  ]);
}

/** The phone's digits in a code that was scanned: themselves, or inside an EMVCo consumer code. */
export function digitsOf(qrNo: string): string {
  if (/^\d+$/.test(qrNo)) return qrNo;
  try {
    const track2 = findTag(decodeConsumerPresented(qrNo).tree, '57') ?? '';
    return track2.slice(0, Math.max(0, track2.indexOf('D')));
  } catch (error) {
    if (error instanceof QrError) return '';
    throw error;
  }
}

function findTag(objects: readonly TlvObject[], wanted: string): string | undefined {
  for (const { tag, value, children = [] } of objects) {
    const found = tag === wanted ? value : findTag(children, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
