import { beijingTime, concatBytes, fromHex } from '@zhanggui/base';
import {
  answerTpdu,
  cupsPos,
  type Frame,
  formatBalances,
  formatCupsHeader,
  formatField60,
  formatInstitutions,
  formatOrganisationTexts,
  formatSettlement,
  pack,
  parseCupsHeader,
  parseField60,
  processingRequestDigit,
  responseMti,
  setMac,
  splitMac,
} from '@zhanggui/iso8583';
import type { AnswerFrame, HostAnswer, Seal, ToldBalance } from '../dialect.ts';
import type { CupsFields, CupsMessage } from './dialect.ts';

/** A request with its envelope. */
interface Asked {
  readonly frame: Frame;
  readonly message: CupsMessage;
}

const ACQUIRER = '48021000';
const ISSUER = '01020000';
const NO_MAC = new Uint8Array(8);
const ECHOED = [3, 4, 11, 23, 25, 41, 42, 49, 60] as const;
const ACCOUNT_TYPE = { savings: '10', credit: '30' } as const;
const AVAILABLE_BALANCE = '02';

/** Payload of the answer: what the request said, what the host says, and a MAC where `seal` is given (CUPS.md 4). */
export function packAnswer(asked: Asked, answer: HostAnswer, frame: AnswerFrame, seal: Seal | null): Uint8Array {
  const { message } = asked;
  const echoed: CupsFields = {};
  for (const number of ECHOED) if (message.fields[number] !== undefined) echoed[number] = message.fields[number];
  const fields: CupsFields = {
    ...echoed,
    ...timeFields(message, frame),
    ...resultFields(answer),
    ...detailFields(message, answer),
    ...(seal === null ? {} : { 64: NO_MAC }),
  };
  const packed = pack(cupsPos, { mti: responseMti(message.mti), fields });
  const signed = seal === null ? packed : setMac(packed, seal(splitMac(packed).covered));
  return concatBytes(fromHex(answerTpdu(asked.frame.tpdu) + headerOf(asked.frame.header, frame)), signed);
}

function timeFields({ mti }: CupsMessage, { at, settlementOn }: AnswerFrame): CupsFields {
  const { month, day, hour, minute, second } = beijingTime(at.getTime());
  const management = mti.startsWith('08');
  return {
    12: `${hour}${minute}${second}`,
    13: `${month}${day}`,
    32: ACQUIRER,
    ...(management ? {} : { 15: settlementOn }),
  };
}

function resultFields({ responseCode, rrn, authorizationCode, amountMinor }: HostAnswer): CupsFields {
  return {
    39: responseCode,
    ...(rrn == null ? {} : { 37: rrn }),
    ...(authorizationCode == null ? {} : { 38: authorizationCode }),
    ...(amountMinor === undefined ? {} : { 4: String(amountMinor).padStart(12, '0') }),
  };
}

function detailFields({ mti, fields }: CupsMessage, answer: HostAnswer): CupsFields {
  const { balance, chip, workingKeys, data, settlement, text, expiry, batchNumber, foreign = false } = answer;
  const field62 = workingKeys ?? data;
  const money = /^0[12]/.test(mti);
  return {
    ...(expiry === undefined ? {} : { 14: expiry }),
    ...(money ? { 44: formatInstitutions({ issuer: ISSUER, acquirer: ACQUIRER }) } : {}),
    ...(settlement === undefined ? {} : { 48: formatSettlement(settlement) }),
    ...(balance === undefined ? {} : { 54: balanceText(balance) }),
    ...(chip === undefined ? {} : { 55: chip }),
    ...(batchNumber === undefined ? {} : { 60: inBatch(fields[60] ?? '', batchNumber) }),
    ...(field62 === undefined ? {} : { 62: field62 }),
    ...(money ? { 63: textOf(foreign ? organisationAbroad(fields) : 'CUP', text) } : {}),
  };
}

function balanceText({ minor, credit, currency }: ToldBalance): string {
  const accountType = credit ? ACCOUNT_TYPE.credit : ACCOUNT_TYPE.savings;
  return formatBalances([{ accountType, amountType: AVAILABLE_BALANCE, currencyCode: currency, amountMinor: minor }]);
}

/** By the first digit of the account number, which stands alone or in the track. */
function organisationAbroad({ 2: pan, 35: track }: CupsFields): string {
  return (pan ?? track)?.startsWith('4') === true ? 'VIS' : 'MCC';
}

function textOf(organisation: string, issuer = ''): Uint8Array {
  return formatOrganisationTexts({ organisation, issuer, network: '', acquirer: '', terminal: '' });
}

function inBatch(field60: string, batchNumber: string): string {
  const { transactionType, networkCode = '003' } = parseField60(field60);
  return formatField60({ transactionType, batchNumber, networkCode });
}

function headerOf(header: string, { processing }: AnswerFrame): string {
  const parts = parseCupsHeader(header);
  return formatCupsHeader({ ...parts, processingRequest: processingRequestDigit(processing) });
}
