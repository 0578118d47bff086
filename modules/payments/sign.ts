import { equalBytes, Fault, fromBase64, toHex } from '@zhanggui/base';
import type { SignatureView } from './api.ts';
import { announcePayment, existing, methodOf, type Payments } from './context.ts';
import type { Payment } from './payment.ts';
import { pathOf, signatureInput, unpackDrawing } from './signature.ts';
import { keepSignature, type StoredSignature, signatureOf } from './signature-store.ts';
import { paymentById } from './store.ts';

/**
 * Takes the customer's drawn signature (电签): keeps it bound to the payment, then hands it to the method, which sends it on
 * durably. The same drawing again changes nothing, and is handed on again in case that had not happened.
 * @param packed Base64 of what `packDrawing` writes.
 * @throws Fault `signature-refused`, `signature-not-wanted`, `signature-given` for another drawing.
 */
export async function sign(payments: Payments, payment: Payment, packed: string): Promise<Payment> {
  const strokes = readPacked(packed);
  if (payment.signature === null || payment.state !== 'succeeded') throw new Fault('signature-not-wanted');
  const covered = signatureInput(payment, strokes);
  await payments.db.transaction((tx) => keepSignature(tx, payment.id, strokes, covered, payments.clock.now()));
  const kept = existing(await signatureOf(payments.db, payment.id), payment.id);
  if (!equalBytes(kept.strokes, strokes)) throw new Fault('signature-given');
  payments.milestone?.('signature-kept', payment.id);
  await methodOf(payments, payment.method).method.keepSignature?.(payment, kept);
  const after = existing(await paymentById(payments.db, payment.id), payment.id);
  announcePayment(payments, after);
  return after;
}

/** The signature for people to see. */
export function viewOfSignature({ strokes, digest, drawnAt }: StoredSignature): SignatureView {
  const drawing = unpackDrawing(strokes);
  const { width, height } = drawing;
  return { width, height, path: pathOf(drawing), digest: toHex(digest), drawnAt: new Date(drawnAt).toISOString() };
}

function readPacked(packed: string): Uint8Array {
  try {
    const strokes = fromBase64(packed);
    unpackDrawing(strokes);
    return strokes;
  } catch (error) {
    if (error instanceof RangeError) throw new Fault('signature-refused', { cause: error });
    throw error;
  }
}
