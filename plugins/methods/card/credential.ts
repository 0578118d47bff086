import { Fault } from '@zhanggui/base';
import type { PaymentCode, SealedCard, SealedCompletion } from '@zhanggui/modules/switch/api.ts';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';

const ksn = Type.String({ pattern: '^[0-9A-F]{24}$', description: 'AES DUKPT key serial number' });
const readerId = Type.String({ minLength: 1, maxLength: 64 });
const mac = Type.String({ pattern: '^[0-9A-F]{32}$' });

const sealedCardSchema = Type.Object(
  {
    readerId,
    ksn,
    sealed: Type.String({ pattern: '^([0-9A-F]{32}){1,64}$', description: 'Encrypted card record' }),
    mac,
    pinBlock: Type.Optional(Type.String({ pattern: '^[0-9A-F]{32}$', description: 'ISO 9564 format 4' })),
    entryMode: Type.Union([
      Type.Literal('swipe'),
      Type.Literal('chip'),
      Type.Literal('contactless'),
      Type.Literal('fallback'),
    ]),
  },
  { additionalProperties: false, description: 'The sealed card of a reader' },
);

const completionSchema = Type.Object(
  {
    completes: Type.String({ maxLength: 60, description: 'id of the pre-authorization whose money is taken' }),
    advice: Type.Optional(
      Type.Boolean({ description: 'tell the bank instead of asking it: its answer is not waited for' }),
    ),
  },
  { additionalProperties: false },
);

const codeSchema = Type.Object(
  { code: Type.String({ pattern: '^62[0-9]{17}$', description: 'the UnionPay code that the customer shows' }) },
  { additionalProperties: false },
);

const sealedCompletionSchema = Type.Object(
  {
    readerId,
    ksn,
    sealed: Type.String({ pattern: '^([0-9A-F]{32}){1,64}$' }),
    mac,
    entryMode: Type.Literal('chip'),
  },
  { additionalProperties: false },
);

/** What a tender by card carries: the card as a reader sealed it, a UnionPay code, or the pre-authorization that it completes. */
export const cardCredentialSchema = Type.Union([sealedCardSchema, codeSchema, completionSchema]);

/** The tender takes the money of a pre-authorization. */
export type CompletionCredential = Static<typeof completionSchema>;

/** The credential of a tender. @throws Fault `credential-refused`. */
export function readCredential(credential: unknown): SealedCard | PaymentCode | CompletionCredential {
  if (Check(sealedCardSchema, credential)) return credential as SealedCard;
  if (Check(codeSchema, credential)) return credential;
  if (Check(completionSchema, credential)) return credential;
  // Codes of other shapes (EMVCo) have no place in an acquirer's message.
  if (typeof credential === 'object' && credential !== null && 'code' in credential) throw codeNotTaken();
  throw refused('credential');
}

/** The reader's card. @throws Fault `credential-refused` for anything else. */
export function readSealedCard(credential: unknown): SealedCard {
  if (Check(sealedCardSchema, credential)) return credential as SealedCard;
  throw refused('credential');
}

/**
 * The chip's last word, from the reader and the presentation that the payment began with: a word that the reader sealed
 * for an earlier payment is refused.
 * @throws Fault `credential-refused`.
 */
export function readCompletion(
  input: unknown,
  began: { readonly readerId: string; readonly ksn: string },
): SealedCompletion {
  if (!Check(sealedCompletionSchema, input)) throw refused('input');
  const sameKey = input.ksn.slice(0, KEY_ID_DIGITS) === began.ksn.slice(0, KEY_ID_DIGITS);
  if (input.readerId !== began.readerId || !sameKey || input.ksn < began.ksn) throw refused('input');
  return input;
}

/** The initial key's part of a KSN, in hexadecimal digits; the rest is the counter. */
const KEY_ID_DIGITS = 16;

/** The till's acquirer has no message for codes, or not for what is wanted. */
export function codeNotTaken(): Fault {
  const message = { zh: '收单行不受理这种付款码', en: 'The acquirer does not take such codes' };
  return new Fault('credential-refused', { fields: [{ path: 'credential', message }] });
}

function refused(path: string): Fault {
  const message = { zh: '请重新读卡', en: 'Read the card again' };
  return new Fault('credential-refused', { fields: [{ path, message }] });
}
