import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { CatalogIndex } from '../till/catalog-index.ts';
import { classifyScan, type Scanned, USUAL_MEASURE_RULES } from '../till/classify.ts';
import type { Item } from '../till/contract.ts';
import { amountToTake, dueMinor } from '../till/state.ts';
import type { TillController } from './till-controller.ts';
import type { OfferedMethod } from './use-till.ts';

interface ScanSurroundings {
  readonly controller: TillController;
  readonly index: CatalogIndex;
  readonly methods: readonly OfferedMethod[];
  /** Asks for the weight of an item. */
  readonly onMeasure: (item: Item) => void;
  /** Shows a receipt that was scanned. */
  readonly onReceipt: (token: string) => void;
}

/** Does what follows from a scanned text: a payment code takes the money at once. */
export function handleScan(text: string, around: ScanSurroundings): void {
  const { controller, index, methods } = around;
  const scanned = classifyScan(text, {
    index,
    somethingDue: dueMinor(controller.state()) > 0,
    measureRules: USUAL_MEASURE_RULES,
    methodOfWallet: (wallet) => methods.find(({ screen }) => screen.wallets?.includes(wallet))?.id,
  });
  follow(scanned, around);
}

function follow(scanned: Scanned, around: ScanSurroundings): void {
  const { controller } = around;
  switch (scanned.kind) {
    case 'item':
      if (scanned.measure === null) around.onMeasure(scanned.item);
      else controller.send({ kind: 'item-added', item: scanned.item, measure: scanned.measure });
      break;
    case 'payment-code':
      chargeByCode(scanned.method, scanned.code, around);
      break;
    case 'receipt':
      around.onReceipt(scanned.token);
      break;
    case 'not-found':
      controller.send({ kind: 'noticed', notice: { kind: 'not-found', raw: scanned.raw } });
      break;
    case 'payment-code-unsupported':
      controller.send({ kind: 'noticed', notice: { kind: 'code-unsupported' } });
      break;
    case 'payment-code-early':
      controller.send({ kind: 'noticed', notice: { kind: 'code-early' } });
  }
}

function chargeByCode(method: string, code: string, { controller, methods }: ScanSurroundings): void {
  const credential = methods.find(({ id }) => id === method)?.screen.ofScan?.(code);
  if (credential) chargeNow(controller, method, credential, amountToTake(controller.state()));
}

/** Asks for money by a method. */
export function chargeNow(
  controller: TillController,
  method: string,
  credential: JsonObject,
  amountMinor: number,
): void {
  controller.send({
    kind: 'charged',
    attemptId: crypto.getRandomValues(new Uint32Array(2)).join('-'),
    method,
    amountMinor,
    credential,
    at: new Date().toISOString(),
  });
}
