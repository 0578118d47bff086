import { sha1 } from '@zhanggui/paycrypto/digest.ts';
import { mayAnswer } from '../action.ts';
import { type CryptogramRequest, encodeCommand, generateAcCommand } from '../apdu.ts';
import { parseDol } from '../dol.ts';
import { parseGenerateAc } from '../generate-ac.ts';
import { authenticateCombined } from '../oda/verify.ts';
import { EmvRefusal } from '../refusal.ts';
import { failCda } from './authenticate-card.ts';
import {
  applicationOf,
  type CardTransaction,
  dolData,
  setTsi,
  setTvr,
  takeCryptogramData,
} from './card-transaction.ts';
import { type Dialogue, Ending, transmit } from './dialogue.ts';

/** What GENERATE AC came to. */
export interface Cryptogram {
  readonly kind: CryptogramRequest;
  /** False when a signature was asked for and does not hold: the cryptogram must not count as an approval. */
  readonly authentic: boolean;
}

/**
 * GENERATE AC with the data of a CDOL. EMV Book 3 clauses 6.5.5, 9.2 and 10.8; Book 2 clause 6.6 for the signature, which is asked for
 * with a TC or an ARQC whenever the card's key was recovered.
 * @param list `8C` for the first, `8D` for the second.
 * @throws Ending `card-error`, `card-data-malformed`; EmvRefusal of what the card's data breaks.
 */
export function* generateCryptogram(
  transaction: CardTransaction,
  request: CryptogramRequest,
  list: '8C' | '8D',
): Dialogue<Cryptogram> {
  const cdol = transaction.card.get(list) ?? new Uint8Array(0);
  hashTransactionData(transaction, cdol);
  const data = dolData(transaction, cdol);
  if (list === '8C') transaction.cdol1Data = data;
  const signed = transaction.cdaKey !== undefined && request !== 'AAC';
  const { data: answer, sw } = yield* transmit(encodeCommand(generateAcCommand(request, data, signed)));
  if (sw !== 0x9000) throw new Ending('card-error');
  return takeCryptogram(transaction, request, answer, list === '8C' ? undefined : data);
}

/**
 * Reads and judges the answer to GENERATE AC. EMV Book 3 clauses 6.5.5.4 and 9.3; Book 2 clause 6.6.2. A kind that cannot be the answer
 * ends a transaction at the first time, and counts as an AAC at the second.
 * @throws Ending `card-data-malformed`, `not-allowed`; EmvRefusal `generate-ac-malformed`.
 */
export function takeCryptogram(
  transaction: CardTransaction,
  request: CryptogramRequest,
  answer: Uint8Array,
  cdol2Data?: Uint8Array,
): Cryptogram {
  const { values, cryptogram: told } = parseGenerateAc(answer);
  const final = cdol2Data !== undefined;
  const makesSense = told !== 'RFU' && mayAnswer(request, told) && !(final && told === 'ARQC');
  if (!makesSense && !final) throw new Ending('card-data-malformed');
  const kind = makesSense ? told : 'AAC';
  takeCryptogramData(transaction, values);
  setTsi(transaction, 6);
  const key = kind === 'AAC' || request === 'AAC' ? undefined : transaction.cdaKey;
  if (key === undefined) {
    // Without a signature the cryptogram itself must be there.
    if (!values.has('9F26'))
      throw new EmvRefusal('generate-ac-malformed', 'the cryptogram is missing', { path: '9F26' });
    return { kind, authentic: true };
  }
  const verdict = authenticateCombined(key, {
    answer,
    unpredictableNumber: transaction.values.get('9F37') ?? new Uint8Array(0),
    pdolData: transaction.pdolData,
    cdol1Data: transaction.cdol1Data,
    ...(transaction.relayData === undefined ? {} : { relayData: transaction.relayData }),
    ...(cdol2Data === undefined ? {} : { cdol2Data }),
  });
  if (verdict.outcome !== 'authenticated') {
    failCda(transaction);
    return { kind, authentic: false };
  }
  transaction.card.set('9F26', verdict.value);
  transaction.values.set('9F4C', verdict.iccDynamicNumber);
  setTsi(transaction, 8);
  return { kind, authentic: true };
}

/** Whether the card says in 9F27 that the service is not allowed. EMV Book 3 table 15. */
export function serviceNotAllowed({ card }: CardTransaction): boolean {
  return ((card.get('9F27')?.[0] ?? 0) & 0x07) === 0x01;
}

/** The hash value 98 where a list asks for it, over the card's TDOL (97) or the terminal's own, which the TVR then tells. EMV Book 2 clause 8.1.1; Book 3 Annex C5. */
function hashTransactionData(transaction: CardTransaction, cdol: Uint8Array): void {
  if (!parseDol(cdol).some(({ tag }) => tag === '98')) return;
  const own = transaction.card.get('97');
  if (own === undefined) setTvr(transaction, 5, 8);
  const tdol = own ?? applicationOf(transaction).defaultTdol ?? new Uint8Array(0);
  transaction.values.set('98', sha1(dolData(transaction, tdol)));
}
