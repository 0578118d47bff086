import { EmvRefusal } from './refusal.ts';

/** One rule of a CVM list. EMV Book 3 Annex C3. */
export interface CvmRule {
  /** Bit 7 of the first byte: when this method fails go on to the next rule. */
  readonly applyNextIfUnsuccessful: boolean;
  /** Method, 0 to 63: bits 6 to 1 of the first byte. */
  readonly method: number;
  /** Condition, the second byte. */
  readonly condition: number;
}

/** A CVM list taken apart. */
export interface CvmList {
  /** In minor units of the application currency. */
  readonly amountXMinor: number;
  readonly amountYMinor: number;
  readonly rules: readonly CvmRule[];
}

/**
 * Takes a cardholder verification method list (tag 8E) apart. EMV Book 3 clause 10.5 and Annex C3.
 * @throws EmvRefusal `cvm-list-malformed` when there are no rules or half a rule.
 */
export function parseCvmList(value: Uint8Array): CvmList {
  if (value.length < 10 || value.length > 252 || value.length % 2 !== 0)
    throw new EmvRefusal('cvm-list-malformed', 'a CVM list is two amounts and at least one whole rule', {
      path: '8E',
      offset: value.length,
    });
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const rules: CvmRule[] = [];
  for (let offset = 8; offset < value.length; offset += 2) {
    const code = view.getUint8(offset);
    rules.push({
      applyNextIfUnsuccessful: (code & 0x40) !== 0,
      method: code & 0x3f,
      condition: view.getUint8(offset + 1),
    });
  }
  return { amountXMinor: view.getUint32(0), amountYMinor: view.getUint32(4), rules };
}

/** What a terminal is able to do, from terminal capabilities byte 2 and the kind of transaction. */
export interface CvmContext {
  /** Byte 2 of 9F33. */
  readonly capabilities: number;
  /** Cash in an attended place is manual cash, else unattended cash. */
  readonly attended: boolean;
  readonly kind: 'purchase' | 'cashback' | 'cash' | 'other';
  readonly amountMinor: number;
  /** Whether the transaction is in the application currency: the amounts X and Y only count then. */
  readonly inApplicationCurrency: boolean;
}

/** What came of trying one method: the terminal asks PIN pad, card or cardholder and reports. */
export type CvmAttempt =
  | 'successful'
  | 'failed'
  /** Online PIN captured, signature to be taken: known only later. */
  | 'unknown'
  | 'pin-pad-missing'
  | 'pin-bypassed'
  | 'pin-try-limit-exceeded';

/** Where the walk through the list ended. */
export interface CvmDecision {
  /** Three bytes of tag 9F34. */
  readonly results: Uint8Array;
  /** Five bytes to OR into tag 95. */
  readonly tvr: Uint8Array;
  /** Two bytes to OR into tag 9B. */
  readonly tsi: Uint8Array;
}

/**
 * Walks through a CVM list: yields each rule to perform and takes what came of it; ends with CVM results, TVR and TSI bits.
 * EMV Book 3 clauses 10.5.1 to 10.5.5; Book 4 clause 6.3.4.5 for the results.
 * @param list undefined when the card has none or does not support verification (AIP byte 1 bit 5 is 0).
 */
export function* selectCvm(
  list: CvmList | undefined,
  context: CvmContext,
): Generator<CvmRule, CvmDecision, CvmAttempt> {
  if (list === undefined) return decision(undefined, RESULT.unknown, 0, false);
  let tvr3 = 0;
  let last: CvmRule | undefined;
  for (const rule of list.rules) {
    if (!conditionHolds(rule, list, context)) continue;
    const { method } = rule;
    if (method === FAIL_CVM) {
      last = rule;
      break;
    }
    if (!KNOWN_METHODS.has(method)) {
      tvr3 |= 0x40;
    } else if (supports(method, context)) {
      const attempt = method === NO_CVM ? 'successful' : yield rule;
      tvr3 |= ATTEMPT_BITS[attempt];
      if (attempt === 'unknown' && method === ONLINE_PIN) tvr3 |= 0x04;
      if (attempt === 'successful') return decision(rule, RESULT.successful, tvr3, true);
      if (attempt === 'unknown') return decision(rule, RESULT.unknown, tvr3, true);
      last = rule;
    } else if (lacksPin(method, context)) {
      tvr3 |= ATTEMPT_BITS['pin-pad-missing'];
    }
    if (!rule.applyNextIfUnsuccessful) break;
  }
  return decision(last, RESULT.failed, tvr3 | 0x80, true);
}

/** Whether the condition of a rule is met. EMV Book 3 Annex C3, table 44. Conditions it does not know are not met. */
export function conditionHolds(rule: CvmRule, list: CvmList, context: CvmContext): boolean {
  const { kind, attended, amountMinor, inApplicationCurrency } = context;
  switch (rule.condition) {
    case 0x00:
      return true;
    case 0x01:
      return kind === 'cash' && !attended;
    case 0x02:
      return kind !== 'cash' && kind !== 'cashback';
    case 0x03:
      return rule.method === FAIL_CVM || supports(rule.method, context);
    case 0x04:
      return kind === 'cash' && attended;
    case 0x05:
      return kind === 'cashback';
    case 0x06:
      return inApplicationCurrency && amountMinor < list.amountXMinor;
    case 0x07:
      return inApplicationCurrency && amountMinor > list.amountXMinor;
    case 0x08:
      return inApplicationCurrency && amountMinor < list.amountYMinor;
    case 0x09:
      return inApplicationCurrency && amountMinor > list.amountYMinor;
    default:
      return false;
  }
}

const FAIL_CVM = 0x00;
const ONLINE_PIN = 0x02;
const NO_CVM = 0x1f;
const RESULT = { unknown: 0x00, failed: 0x01, successful: 0x02 } as const;
const PIN_METHODS: ReadonlySet<number> = new Set([0x01, 0x02, 0x03, 0x04, 0x05]);
const PIN_OF_COMBINATION: ReadonlyMap<number, number> = new Map([
  [0x03, 0x01],
  [0x05, 0x04],
]);
const KNOWN_METHODS: ReadonlySet<number> = new Set([FAIL_CVM, ...PIN_METHODS, 0x1e, NO_CVM]);

const ATTEMPT_BITS: Readonly<Record<CvmAttempt, number>> = {
  successful: 0,
  failed: 0,
  unknown: 0,
  'pin-pad-missing': 0x10,
  'pin-bypassed': 0x08,
  'pin-try-limit-exceeded': 0x20,
};

/** Book 4 clause 6.3.4.5: without a method that was tried the results are 3F 00. */
function decision(rule: CvmRule | undefined, result: number, tvr3: number, performed: boolean): CvmDecision {
  const code = rule === undefined ? 0x3f : (rule.applyNextIfUnsuccessful ? 0x40 : 0) | rule.method;
  return {
    results: Uint8Array.of(code, rule?.condition ?? 0x00, result),
    tvr: Uint8Array.of(0, 0, tvr3, 0, 0),
    tsi: Uint8Array.of(performed ? 0x40 : 0x00, 0x00),
  };
}

/** Whether the PIN of a method is what the terminal cannot do; of one with a signature it may be the signature alone. EMV Book 3 clause 10.5.4. */
function lacksPin(method: number, context: CvmContext): boolean {
  const pin = PIN_OF_COMBINATION.get(method) ?? method;
  return PIN_METHODS.has(pin) && !supports(pin, context);
}

/** Bits of terminal capabilities byte 2 that a method needs. EMV Book 4 Annex A2. */
function supports(method: number, { capabilities }: CvmContext): boolean {
  const has = (bits: number): boolean => (capabilities & bits) === bits;
  switch (method) {
    case 0x01:
      return has(0x80);
    case 0x02:
      return has(0x40);
    case 0x03:
      return has(0xa0);
    case 0x04:
      return has(0x10);
    case 0x05:
      return has(0x30);
    case 0x1e:
      return has(0x20);
    default:
      return method === NO_CVM && has(0x08);
  }
}
