import { describe, requestMti, setLastMac, splitLastMac } from '@zhanggui/iso8583';
import { correlationOf, decisionOf } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerDialect, AcquirerPlugin, DialectAnswer } from '@zhanggui/modules/switch/dialect.ts';
import { meaningsOf } from './codes.ts';
import { KINDS, MARKS } from './kinds.ts';
import { echoMessage, managementMessages, signOnAnswerOf, signOnMessage } from './management.ts';
import { financialMessage } from './messages.ts';
import { settlementMessages } from './settlement.ts';
import { type Iso87Fields, type Iso87Settings, macOf, messageOf, payloadOf, readSettings } from './spec.ts';

const TITLE = { zh: 'ISO 8583:1987（字符格式）', en: 'ISO 8583:1987 in characters' };
const NETWORK_NAMES: Readonly<Record<string, string>> = {
  '001': 'sign-on',
  '002': 'sign-off',
  '101': 'key exchange',
  '301': 'line test',
};

/**
 * ISO 8583:1987 in characters, for acquirers abroad: retail MAC (ANSI X9.19) in field 64 or 128, chip data in field 55, keys
 * from a sign-on, reconciliation at the end of a batch. What may be set stands at `readSettings`.
 */
export const iso87Ascii: AcquirerPlugin = {
  id: 'iso87-ascii',
  title: TITLE,
  create(given) {
    const settings = readSettings(given);
    const { spec, framing, signOnCodes } = settings;
    return {
      id: 'iso87-ascii',
      title: TITLE,
      spec,
      framing,
      macAlgorithm: 'x9.19',
      kinds: KINDS,
      meaningOf: meaningsOf(signOnCodes),
      toMessage: (request) => payloadOf(settings, financialMessage(request, settings), true),
      toSignOn: (trace) => payloadOf(settings, signOnMessage(trace, settings), false),
      toEcho: (trace) => payloadOf(settings, echoMessage(trace), false),
      fromMessage: (payload) => answerOf(payload, settings),
      fromSignOn: (payload) => signOnAnswerOf(payload, settings),
      correlationOf: (payload) => correlationOf(() => messageOf(settings, payload)),
      macInput: (payload) => splitLastMac(spec, payload).covered,
      withMac: (payload, mac) => setLastMac(spec, payload, mac),
      titleOf: (payload) => titleOf(payload, settings),
      describe: (payload) => describe(spec, payload),
      management: managementMessages(settings),
      settlement: settlementMessages(settings),
    } satisfies AcquirerDialect;
  },
};

function answerOf(payload: Uint8Array, settings: Iso87Settings): DialectAnswer {
  const message = messageOf(settings, payload);
  const { fields } = message;
  return {
    ...decisionOf(message),
    hostTime: null,
    texts: {
      issuerCode: null,
      acquirerCode: fields[32] ?? null,
      issuer: fields[44]?.trim() || null,
      network: null,
      acquirer: null,
      terminal: null,
    },
    domestic: null,
    demand: null,
    mac: macOf(settings, payload),
  };
}

function titleOf(payload: Uint8Array, settings: Iso87Settings): string {
  const { mti, fields } = messageOf(settings, payload);
  return `${mti} ${nameOf(requestMti(mti), fields)}`;
}

function nameOf(requestType: string, fields: Iso87Fields): string {
  if (requestType.startsWith('04')) return 'reversal';
  if (requestType === '0500') return 'reconciliation';
  if (requestType === '0800') return NETWORK_NAMES[fields[70] ?? ''] ?? 'message';
  const [kind] =
    Object.entries(MARKS).find(
      ([, { mti, processingCode, conditionCode }]) =>
        mti === requestType && processingCode === fields[3] && conditionCode === fields[25],
    ) ?? [];
  return kind?.replaceAll('-', ' ') ?? 'message';
}
