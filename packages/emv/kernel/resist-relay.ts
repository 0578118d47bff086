import { concatBytes } from '@zhanggui/base';
import { encodeCommand, exchangeRelayResistanceCommand } from '../apdu.ts';
import { soleTemplate } from '../template.ts';
import { type CardTransaction, cardSupports, setTvr } from './card-transaction.ts';
import { type Dialogue, Ending, timed } from './dialogue.ts';
import type { RelayResistanceSettings } from './settings.ts';

/** One exchange: what was said, and how long the device took for it. Times in hundreds of microseconds. */
interface RelayExchange {
  /** The terminal's entropy and all that the device answered, as a signature covers them. */
  readonly data: Uint8Array;
  readonly leastTime: number;
  readonly mostTime: number;
  /** How long the device believes that its answer is on its way. */
  readonly answerTransmission: number;
  /** What is left of the time that it took, without the time on the way. */
  readonly processing: number;
}

const MOST_REPEATS = 2;
const ANSWER_BYTES = 10;
const MICROSECONDS = 100;
const MOST_TIME = 0xffff;

/**
 * Relay resistance protocol: a device that is not where the reader is cannot answer in time. A time above the device's own limit is measured
 * twice more before it counts; what is found stands in byte 5 of the TVR. EMV Contactless Book C-2, states 3 and R1; Specification Bulletin 318.
 * @param settings absent when the reader does not take part.
 * @throws Ending `card-error` for an answer that comes sooner than the device can make it, or is none.
 */
export function* resistRelay(
  transaction: CardTransaction,
  settings: RelayResistanceSettings | undefined,
): Dialogue<void> {
  if (settings === undefined || !cardSupports(transaction, 2, 1)) return setTvr(transaction, 5, 1);
  let exchange = yield* exchangeEntropy(transaction, settings);
  let repeats = 0;
  while (repeats < MOST_REPEATS && isLate(exchange, settings)) {
    transaction.values.set('9F37', transaction.input.rng.bytes(4));
    exchange = yield* exchangeEntropy(transaction, settings);
    repeats += 1;
  }
  keep(transaction, exchange, repeats);
  if (isLate(exchange, settings)) setTvr(transaction, 5, 3);
  if (isInaccurate(exchange, settings)) setTvr(transaction, 5, 4);
  setTvr(transaction, 5, 2);
}

/** The unpredictable number goes out as the terminal's entropy. */
function* exchangeEntropy(transaction: CardTransaction, settings: RelayResistanceSettings): Dialogue<RelayExchange> {
  const entropy = transaction.values.get('9F37') ?? new Uint8Array(4);
  const { data, sw, tookMicroseconds } = yield* timed(encodeCommand(exchangeRelayResistanceCommand(entropy)));
  const template = sw === 0x9000 ? soleTemplate(data) : undefined;
  if (template?.tag !== '80' || template.length !== ANSWER_BYTES) throw new Ending('card-error');
  const answer = template.value;
  const view = new DataView(answer.buffer, answer.byteOffset, ANSWER_BYTES);
  const [leastTime, mostTime, answerTransmission] = [view.getUint16(4), view.getUint16(6), view.getUint16(8)];
  const onTheWay = settings.commandTransmission + Math.min(answerTransmission, settings.answerTransmission);
  const processing = Math.max(0, Math.floor(tookMicroseconds / MICROSECONDS) - onTheWay);
  if (processing < leastTime - settings.minimumGrace) throw new Ending('card-error');
  return { data: concatBytes(entropy, answer), leastTime, mostTime, answerTransmission, processing };
}

function isLate({ processing, mostTime }: RelayExchange, { maximumGrace }: RelayResistanceSettings): boolean {
  return processing > mostTime + maximumGrace;
}

/** Device and reader believe in times on the way that do not go together, or the measure is far above the device's least time. */
function isInaccurate(
  { processing, leastTime, answerTransmission: device }: RelayExchange,
  { answerTransmission: own, mismatchPercent, accuracyThreshold }: RelayResistanceSettings,
): boolean {
  const known = device > 0 && own > 0;
  const mismatch = device * 100 < mismatchPercent * own || own * 100 < mismatchPercent * device;
  return !known || mismatch || processing - leastTime > accuracyThreshold;
}

/** DF8301 to DF8307, as lists of the card may ask for them, and what a signature must cover. */
function keep(transaction: CardTransaction, { data, processing }: RelayExchange, repeats: number): void {
  const measured = Math.min(processing, MOST_TIME);
  transaction.values
    .set('DF8301', data.subarray(0, 4))
    .set('DF8302', data.subarray(4, 8))
    .set('DF8303', data.subarray(8, 10))
    .set('DF8304', data.subarray(10, 12))
    .set('DF8305', data.subarray(12, 14))
    .set('DF8306', Uint8Array.of(measured >> 8, measured & 0xff))
    .set('DF8307', Uint8Array.of(repeats));
  transaction.relayData = data;
}
