import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, equalBytes, fromHex, toHex } from '@zhanggui/base';
import { encodeTlv } from '@zhanggui/emv';
import {
  cupsFraming,
  cupsPos,
  decodePayload,
  formatField60,
  type Message,
  pack,
  setMac,
  splitMac,
  splitWorkingKeys,
  unpack,
} from '@zhanggui/iso8583';
import {
  computeCryptogram,
  cupEcbMac,
  decryptEcb,
  deriveCryptogramKey,
  encipherPinBlock,
  encryptEcb,
  importKey,
  revealKeyBytes,
  type SecretKey,
} from '@zhanggui/paycrypto';
import { issuerDataOf, testCards } from '../cards/cards.ts';
import { cryptogramData } from '../cards/chip/cryptogram-data.ts';
import { cardKeys } from '../cards/chip/issuer-keys.ts';
import { BankHost, type HostOptions } from './bank-host.ts';
import type { TerminalGrant } from './bank-terminals.ts';

/** Helpers of this folder's tests: a host in a folder of its own, and a terminal that knows packages/iso8583 alone. */
export type CupsFields = Message<typeof cupsPos>['fields'];

const TPDU = '6000030000';
const HEADER = '603100310000';
export const AMOUNT = 6_220;

/** A host with its own folder; `close` removes it. */
export function newHost(options: Partial<HostOptions> = {}): { host: BankHost; folder: string; close(): void } {
  const folder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'zhanggui-bank-'));
  const host = new BankHost({ timeScale: 0.001, ...options, dataFolder: folder });
  return {
    host,
    folder,
    close() {
      host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An answer of the host, read. */
export interface Heard {
  readonly mti: string;
  readonly fields: CupsFields;
  /** Hexadecimal, behind the TPDU. */
  readonly header: string;
  readonly macHolds: boolean | null;
}

/** A terminal that packs its own messages and speaks to a host without a line. */
export class TestTerminal {
  readonly host: BankHost;
  readonly grant: TerminalGrant;
  keys: { pik: SecretKey; mak: SecretKey; tdk: SecretKey | null } | null = null;
  batchNumber = '000001';
  #stan = 0;

  constructor(host: BankHost, index = 0) {
    const grant = host.terminals.grants()[index];
    if (grant === undefined) throw new Error('the host has no such terminal');
    this.host = host;
    this.grant = grant;
  }

  nextStan(): string {
    this.#stan += 1;
    return String(this.#stan).padStart(6, '0');
  }

  /** Signs on and takes keys and batch of the answer. */
  async signOn(networkCode = '003'): Promise<Heard> {
    const answer = await this.manage('0800', networkCode, {});
    if (answer.fields[39] !== '00' || answer.fields[62] === undefined) return answer;
    const { pin, mac, track } = splitWorkingKeys(answer.fields[62]);
    const master = importKey(this.grant.tmk, { algorithm: 'TDES', usage: 'key-encryption' });
    const open = (key: typeof pin, usage: 'pin' | 'mac' | 'data'): SecretKey => {
      const bytes = decryptEcb(master, key.cryptogram);
      const opened = importKey(bytes, { algorithm: bytes.length === 8 ? 'DES' : 'TDES', usage });
      if (opened.checkValue(4) !== toHex(key.checkValue)) throw new Error('the check value is another');
      return opened;
    };
    this.keys = { pik: open(pin, 'pin'), mak: open(mac, 'mac'), tdk: track === undefined ? null : open(track, 'data') };
    this.batchNumber = answer.fields[60]?.slice(2, 8) ?? this.batchNumber;
    return answer;
  }

  manage(mti: string, networkCode: string, extra: CupsFields): Promise<Heard> {
    const field60 = formatField60({ transactionType: '00', batchNumber: this.batchNumber, networkCode });
    return this.exchange(this.payload(mti, { 11: this.nextStan(), 60: field60, ...extra }, false));
  }

  /** Sends a request with its MAC and reads the answer. */
  send(mti: string, fields: CupsFields): Promise<Heard> {
    return this.exchange(this.payload(mti, fields, true));
  }

  payload(mti: string, fields: CupsFields, sealed: boolean): Uint8Array {
    const whole = { 41: this.grant.terminalId, 42: this.grant.acceptorId, ...fields };
    if (!sealed) return envelope(pack(cupsPos, { mti, fields: whole }));
    if (this.keys === null) throw new Error('not signed on');
    const packed = pack(cupsPos, { mti, fields: { ...whole, 64: new Uint8Array(8) } });
    return envelope(setMac(packed, cupEcbMac(this.keys.mak, splitMac(packed).covered)));
  }

  async exchange(payload: Uint8Array): Promise<Heard> {
    const [reaction] = await this.host.receive(payload);
    if (!(reaction instanceof Uint8Array)) throw new Error('the host has not answered');
    return this.read(reaction);
  }

  read(payload: Uint8Array): Heard {
    const { header, message } = decodePayload(cupsFraming, payload);
    const { mti, fields } = unpack(cupsPos, message);
    if (fields[64] === undefined || this.keys === null) return { mti, fields, header, macHolds: null };
    const { covered, mac } = splitMac(message);
    return { mti, fields, header, macHolds: equalBytes(cupEcbMac(this.keys.mak, covered), mac) };
  }

  /** Field 60 of a request of this type. */
  field60(transactionType: string, rest: { chipCondition?: string; partialApproval?: string } = {}): string {
    const { chipCondition = '0', partialApproval } = rest;
    const base = {
      transactionType,
      batchNumber: this.batchNumber,
      networkCode: '000',
      readCapability: '6',
      chipCondition,
    };
    return formatField60(partialApproval === undefined ? base : { ...base, partialApproval });
  }

  /** The PIN block of a card under this terminal's key. */
  pinBlock(pan: string, pin: string): Uint8Array {
    if (this.keys === null) throw new Error('not signed on');
    return encipherPinBlock(this.keys.pik, pin, { format: 0, pan });
  }

  /** A clear block, hexadecimal, under this terminal's key. */
  plainPinBlock(block: string): Uint8Array {
    if (this.keys === null) throw new Error('not signed on');
    const bytes = revealKeyBytes(this.keys.pik);
    return encryptEcb(importKey(bytes, { algorithm: 'TDES', usage: 'data' }), fromHex(block));
  }
}

/** What a test must know of a card: number, tracks, PIN. */
export function cardFacts(cardId: string) {
  const card = testCards.find(({ id }) => id === cardId);
  const data = card === undefined ? undefined : issuerDataOf(card.pan);
  if (card === undefined || data === undefined) throw new Error(`no card ${cardId}`);
  const front = `${data.pan}D${data.expiry}${data.serviceCode}${data.pvki}${data.pvv}`;
  return { ...data, stripe: front + data.cvv, chipTrack: front + data.icvv };
}

/** Field 55 that a chip would give: computed here from its master key. */
export function chipData(
  cardId: string,
  {
    amountMinor = AMOUNT,
    atc = 1,
    kind = 'arqc' as 'arqc' | 'tc',
    cvm = '420300',
    currency = '156',
    change = {} as Record<string, string>,
  } = {},
): Uint8Array {
  const { application } = cardFacts(cardId);
  if (application === null) throw new Error(`${cardId} has no chip`);
  const values = new Map<string, Uint8Array>(
    Object.entries({
      '9F27': kind === 'arqc' ? '80' : '40',
      '9F10': '07010103A0B80001',
      '9F37': '12345678',
      '9F36': atc.toString(16).padStart(4, '0'),
      '95': '0000000000',
      '9A': '261123',
      '9C': '00',
      '9F02': String(amountMinor).padStart(12, '0'),
      '9F03': '000000000000',
      '5F2A': `0${currency}`,
      '82': '7D00',
      '9F1A': '0156',
      '9F34': cvm,
    }).map(([tag, hex]) => [tag, fromHex(hex)]),
  );
  const { profile, cryptogram } = cardKeys(application.profile, application);
  const context = { atc: values.get('9F36') ?? new Uint8Array(2), unpredictableNumber: fromHex('12345678') };
  const session = deriveCryptogramKey(cryptogram, profile, context);
  const data = cryptogramData(application.profile, values);
  values.set('9F26', computeCryptogram(session, data, { padding: profile.padding }));
  for (const [tag, hex] of Object.entries(change)) values.set(tag, fromHex(hex));
  return encodeTlv([...values].map(([tag, value]) => ({ tag, value })));
}

function envelope(message: Uint8Array): Uint8Array {
  return concatBytes(fromHex(TPDU + HEADER), message);
}
