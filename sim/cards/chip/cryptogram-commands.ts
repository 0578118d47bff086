import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { type CommandApdu, EmvRefusal, encodeTlv, parseDol, parseTlv, type TagValues } from '@zhanggui/emv';
import type { Answer, ChipCard } from './chip-card.ts';
import type { PinResults, RunningApplication } from './running-application.ts';

/** GET PROCESSING OPTIONS. Without contact Visa and UnionPay decide here already. EMV Book 3 clause 6.5.8; Books C-3 and C-7. */
export function processingOptions(chip: ChipCard, application: RunningApplication, { data }: CommandApdu): Answer {
  const pdolData = templateValue(data);
  const { pdol, aip } = application.face;
  const length = parseDol(fromHex(pdol ?? '')).reduce((sum, entry) => sum + entry.length, 0);
  if (pdolData?.length !== length) return { sw: 0x6700 };
  if (application.data.device === 'locked' && chip.channel === 'contactless') return { sw: 0x6986 };
  application.start(pdolData);
  if (chip.channel === 'contactless' && !application.data.profile.startsWith('mchip'))
    return { data: fastAnswer(chip, application), sw: 0x9000 };
  const items = [
    { tag: '82', value: fromHex(aip) },
    { tag: '94', value: fromHex(application.afl) },
  ];
  return { data: encodeTlv([{ tag: '77', value: items }]), sw: 0x9000 };
}

/** EXCHANGE RELAY RESISTANCE DATA: an entropy of the card's own, and its times. Book C-2. */
export function exchangeRelayData(application: RunningApplication, { data }: CommandApdu): Answer {
  if (application.face.relayResistance === undefined) return { sw: 0x6d00 };
  if (!application.started || application.hasFirstCryptogram) return { sw: 0x6985 };
  if (data?.length !== 4) return { sw: 0x6700 };
  return { data: encodeTlv([{ tag: '80', value: application.exchangeRelayData(data) }]), sw: 0x9000 };
}

/** First and second GENERATE AC. EMV Book 3 clauses 6.5.5 and 9; Book 2 clause 6.6. */
export function firstOrSecondCryptogram(
  chip: ChipCard,
  application: RunningApplication,
  { p1, data }: CommandApdu,
): Answer {
  const second = application.hasFirstCryptogram;
  if (!application.started || data === undefined) return { sw: 0x6985 };
  if (!application.takeCdol(second ? '8D' : '8C', data)) return { sw: 0x6700 };
  const request = REQUESTS.get(p1 & 0xc0);
  if (request === undefined) return { sw: 0x6a86 };
  const kind = second ? secondDecision(application, request) : firstDecision(application, request);
  if (second) application.started = false;
  const values = application.cryptogram(kind, pinResults(chip));
  const signed = (p1 & 0x10) !== 0 && kind !== 'AAC';
  const answer = signed ? application.signedAnswer(values, second ? data : new Uint8Array(0)) : plainAnswer(values);
  application.state.lastAnswer = { recoveryData: recoveryData(application), response: toHex(answer) };
  return { data: answer, sw: 0x9000 };
}

/** RECOVER AC: the answer that got lost, once more. Book C-2, torn transaction recovery. */
export function recoverCryptogram(application: RunningApplication, { data }: CommandApdu): Answer {
  const { lastAnswer } = application.state;
  if (data === undefined || lastAnswer?.recoveryData !== toHex(data) || lastAnswer.recoveryData === '')
    return { sw: 0x6985 };
  return { data: fromHex(lastAnswer.response), sw: 0x9000 };
}

const REQUESTS: ReadonlyMap<number, 'AAC' | 'TC' | 'ARQC'> = new Map([
  [0x00, 'AAC'],
  [0x40, 'TC'],
  [0x80, 'ARQC'],
]);

/** Card action analysis: never more than is asked for, and offline only within the card's limits. EMV Book 3 clause 10.8. */
function firstDecision(application: RunningApplication, request: 'AAC' | 'TC' | 'ARQC'): 'AAC' | 'TC' | 'ARQC' {
  if (request !== 'TC') return request;
  return application.mayApproveOffline() ? 'TC' : 'ARQC';
}

const UNABLE = '5933';

/** After the issuer: a TC needs its authentication, or without it the card's own limits. EMV Book 3 clause 10.11. */
function secondDecision(application: RunningApplication, request: 'AAC' | 'TC' | 'ARQC'): 'AAC' | 'TC' {
  const data = application.value('91');
  if (application.issuerAuthenticated === undefined && data?.some((byte) => byte !== 0) === true)
    application.authenticateIssuer(data);
  if (request !== 'TC') return 'AAC';
  if (toHex(application.value('8A') ?? new Uint8Array(0)) === UNABLE)
    return application.mayApproveOffline() ? 'TC' : 'AAC';
  if (application.issuerAuthenticated !== true) return 'AAC';
  application.resetOffline();
  return 'TC';
}

/** Cryptogram, qualifiers and, for an approval, a signature, all in the answer to GET PROCESSING OPTIONS. Book C-3; JR/T 0025.12. */
function fastAnswer(chip: ChipCard, application: RunningApplication): Uint8Array {
  const ttq = application.value('9F66') ?? new Uint8Array(4);
  const onlineOnly = ((ttq[1] ?? 0) & 0x80) !== 0;
  const kind = !onlineOnly && application.mayApproveOffline() ? 'TC' : 'ARQC';
  const qualifiers = cardQualifiers(application, ttq);
  const values = application.cryptogram(kind, pinResults(chip));
  const items = [
    { tag: '82', value: fromHex(application.face.aip) },
    ...(kind === 'TC' ? [{ tag: '94', value: fromHex(application.afl) }] : []),
    ...[...values].map(([tag, value]) => ({ tag, value })),
    ...['57', '5F34', '9F24', '9F6E'].flatMap((tag) => {
      const value = application.recordValue(tag);
      // With a signature only what the approval needs has room in one answer.
      return value === undefined || (kind === 'TC' && tag !== '5F34') ? [] : [{ tag, value: fromHex(value) }];
    }),
    { tag: '9F6C', value: qualifiers },
    ...(kind === 'TC' ? fastSignature(application, qualifiers) : []),
  ];
  return encodeTlv([{ tag: '77', value: items }]);
}

/** fDDA version 01. Book C-3, fDDA. */
function fastSignature(application: RunningApplication, qualifiers: Uint8Array): { tag: string; value: Uint8Array }[] {
  const related = concatBytes(Uint8Array.of(0x01), application.random(4), qualifiers, Uint8Array.of(0x00));
  const terminal = ['9F37', '9F02', '5F2A'].map((tag) => application.value(tag) ?? new Uint8Array(0));
  return [
    { tag: '9F69', value: related },
    { tag: '9F4B', value: application.signature(concatBytes(...terminal, related)) },
  ];
}

/** 9F6C: a device says that it has verified its holder; a card asks for a PIN, or a signature, where the reader wants one. Book C-3; JR/T 0025.12. */
function cardQualifiers({ data }: RunningApplication, ttq: Uint8Array): Uint8Array {
  if (data.device !== undefined) return Uint8Array.of(0x00, 0x80);
  const [abilities = 0, wishes = 0] = ttq;
  if ((wishes & 0x40) === 0) return Uint8Array.of(0x00, 0x00);
  return Uint8Array.of((abilities & 0x04) !== 0 ? 0x80 : 0x40, 0x00);
}

function plainAnswer(values: TagValues): Uint8Array {
  return encodeTlv([{ tag: '77', value: [...values].map(([tag, value]) => ({ tag, value })) }]);
}

function pinResults({ pinVerified, pinFailed, state }: ChipCard): PinResults {
  return { pinVerified, pinFailed, pinBlocked: state.pinTriesLeft === 0 };
}

/** What RECOVER AC must bring for the answer just made. */
function recoveryData(application: RunningApplication): string {
  const drdol = application.recordValue('9F51');
  if (drdol === undefined) return '';
  const parts = parseDol(fromHex(drdol)).map(({ tag, length }) => application.value(tag) ?? new Uint8Array(length));
  return toHex(concatBytes(...parts));
}

function templateValue(data: Uint8Array | undefined): Uint8Array | undefined {
  try {
    const [template] = parseTlv(data ?? new Uint8Array(0));
    return template?.tag === '83' ? template.value : undefined;
  } catch (error) {
    if (error instanceof EmvRefusal) return undefined;
    throw error;
  }
}
