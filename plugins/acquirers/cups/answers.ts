import { Iso8583Error, parseInstitutions, parseOrganisationTexts } from '@zhanggui/iso8583';
import { decisionOf } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AnswerTexts } from '@zhanggui/modules/switch/answer-parts.ts';
import type { DialectAnswer } from '@zhanggui/modules/switch/dialect.ts';
import { type CupsFields, demandOf, hostTimeOf, messageOf } from './spec.ts';

const DOMESTIC = 'CUP';

/** A financial answer: what the host decided and told (CUPS.md 4). @throws Iso8583Error */
export function answerOf(payload: Uint8Array): DialectAnswer {
  const message = messageOf(payload);
  const { fields } = message;
  return {
    ...decisionOf(message),
    hostTime: hostTimeOf(fields),
    texts: textsOf(fields),
    domestic: isDomestic(fields),
    demand: demandOf(payload, fields[39]),
    mac: fields[64] ?? null,
  };
}

function textsOf({ 44: field44, 63: field63 }: CupsFields): AnswerTexts {
  const institutions = field44 === undefined ? undefined : parseInstitutions(field44);
  const texts = field63 === undefined ? undefined : optional(() => parseOrganisationTexts(field63));
  return {
    issuerCode: institutions?.issuer || null,
    acquirerCode: institutions?.acquirer || null,
    issuer: texts?.issuer || null,
    network: texts?.network || null,
    acquirer: texts?.acquirer || null,
    terminal: texts?.terminal || null,
  };
}

/** Field 63.1 says by which organisation the host counts the card; the totals of a batch follow it (CUPS.md 9). */
function isDomestic({ 63: field63 }: CupsFields): boolean | null {
  const organisation = field63 === undefined ? undefined : optional(() => parseOrganisationTexts(field63).organisation);
  return organisation === undefined || organisation.trim() === '' ? null : organisation === DOMESTIC;
}

/** What is told besides is no reason to refuse a decision: where a field is built otherwise, it is left out. */
function optional<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}
