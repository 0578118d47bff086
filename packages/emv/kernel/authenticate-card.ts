import { encodeCommand, internalAuthenticateCommand } from '../apdu.ts';
import { parseDol } from '../dol.ts';
import { authenticateDynamic, authenticateStatic, type OdaKey } from '../oda/verify.ts';
import { EmvRefusal } from '../refusal.ts';
import { soleTemplate } from '../template.ts';
import { findTlv } from '../tlv.ts';
import { type AuthenticationMethod, authenticatedData, iccKey, issuerKey, lacksKeyData } from './card-keys.ts';
import {
  applicationOf,
  type CardTransaction,
  cardSupports,
  dolData,
  setTsi,
  setTvr,
  terminalSupports,
} from './card-transaction.ts';
import { type Dialogue, Ending, transmit } from './dialogue.ts';

/** Bits of TVR byte 1. EMV Book 3 Annex C5. */
const NOT_PERFORMED = 8;
const DATA_MISSING = 6;
const SDA_SELECTED = 2;
const FAILED = { SDA: 7, DDA: 4, CDA: 3 } as const;

/**
 * Offline data authentication with the best method that card and terminal share: CDA, DDA, SDA. EMV Book 3 clause 10.3; Book 2
 * clauses 5 and 6. For CDA the keys are recovered here and the signature is judged with the cryptogram.
 * @throws Ending `card-error`, `card-removed`; EmvRefusal `apdu-malformed`.
 */
export function* authenticateCard(transaction: CardTransaction): Dialogue<void> {
  const method = authenticationMethod(transaction);
  if (method === undefined) return setTvr(transaction, 1, NOT_PERFORMED);
  if (method === 'SDA') setTvr(transaction, 1, SDA_SELECTED);
  if (lacksKeyData(transaction, method)) {
    setTvr(transaction, 1, DATA_MISSING);
    return fail(transaction, method);
  }
  if (method === 'CDA') return prepareCda(transaction);
  const holds = method === 'SDA' ? staticSignatureHolds(transaction) : yield* dynamicSignature(transaction);
  if (!holds) return fail(transaction, method);
  setTsi(transaction, 8);
}

/** Notes a failed combined authentication. EMV Book 2 clause 6.6.2. */
export function failCda(transaction: CardTransaction): void {
  transaction.cdaKey = undefined;
  fail(transaction, 'CDA');
}

/** The card's key, or that there is none, for what is to be signed with the cryptogram. EMV Book 2 clause 6.6. */
export function prepareCda(transaction: CardTransaction): void {
  transaction.cdaKey = keyIfWhole(transaction, iccKey);
  if (transaction.cdaKey === undefined) fail(transaction, 'CDA');
}

/** What a check gives, or undefined where the card's data breaks one of its rules: authentication has then failed. */
export function judged<Result>(
  check: () => Result,
  tellBroken: (rule: string) => void = () => undefined,
): Result | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof EmvRefusal)) throw error;
    tellBroken(error.code);
    return undefined;
  }
}

/** A key of the card's chain, or undefined where a rule is broken; that its rest is missing is told apart. EMV Book 3 clause 7.5. */
function keyIfWhole(
  transaction: CardTransaction,
  recover: (transaction: CardTransaction) => OdaKey,
): OdaKey | undefined {
  return judged(
    () => recover(transaction),
    (code) => {
      if (code === 'remainder-missing') setTvr(transaction, 1, DATA_MISSING);
    },
  );
}

/** EMV Book 3 clause 10.3: CDA before DDA before SDA, where both sides can. */
function authenticationMethod(transaction: CardTransaction): AuthenticationMethod | undefined {
  if (cardSupports(transaction, 1, 1) && terminalSupports(transaction, 3, 4)) return 'CDA';
  if (cardSupports(transaction, 1, 6) && terminalSupports(transaction, 3, 7)) return 'DDA';
  if (cardSupports(transaction, 1, 7) && terminalSupports(transaction, 3, 8)) return 'SDA';
  return undefined;
}

function fail(transaction: CardTransaction, method: AuthenticationMethod): void {
  setTvr(transaction, 1, FAILED[method]);
  setTsi(transaction, 8);
}

/** EMV Book 2 clause 5.4. The data authentication code becomes tag 9F45. */
function staticSignatureHolds(transaction: CardTransaction): boolean {
  const key = keyIfWhole(transaction, issuerKey);
  const data = judged(() => authenticatedData(transaction));
  if (key === undefined || data === undefined) return false;
  const verdict = authenticateStatic(key, transaction.card.get('93') ?? new Uint8Array(0), data);
  if (verdict.outcome === 'authenticated') transaction.values.set('9F45', verdict.value);
  return verdict.outcome === 'authenticated';
}

/** EMV Book 2 clause 6.5: INTERNAL AUTHENTICATE over the DDOL's data, which must hold the unpredictable number. The card's number becomes 9F4C. */
function* dynamicSignature(transaction: CardTransaction): Dialogue<boolean> {
  const key = keyIfWhole(transaction, iccKey);
  const ddol = transaction.card.get('9F49') ?? applicationOf(transaction).defaultDdol;
  const data = ddol === undefined ? undefined : judged(() => ddolData(transaction, ddol));
  if (key === undefined || data === undefined) return false;
  const { data: answer, sw } = yield* transmit(encodeCommand(internalAuthenticateCommand(data)));
  // A card that says it cannot is none to go on with: EMV Book 3 clause 6.3.5. An answer without a signature has failed to authenticate.
  if (sw !== 0x9000) throw new Ending('card-error');
  const template = soleTemplate(answer);
  const signature = template?.tag === '80' ? template.value : findTlv(template?.children ?? [], '9F4B')?.value;
  if (signature === undefined) return false;
  const verdict = authenticateDynamic(key, signature, data);
  if (verdict.outcome === 'authenticated') transaction.values.set('9F4C', verdict.value);
  return verdict.outcome === 'authenticated';
}

function ddolData(transaction: CardTransaction, ddol: Uint8Array): Uint8Array | undefined {
  return parseDol(ddol).some(({ tag }) => tag === '9F37') ? dolData(transaction, ddol) : undefined;
}
