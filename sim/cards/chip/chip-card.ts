import { concatBytes, fromHex, type Rng, toHex } from '@zhanggui/base';
import {
  type CommandApdu,
  EmvRefusal,
  encodeResponse,
  encodeTlv,
  PPSE_NAME,
  PSE_NAME,
  parseCommand,
  type TlvItem,
} from '@zhanggui/emv';
import { importSm2PrivateKey } from '@zhanggui/paycrypto';
import { type CardState, newCardState } from './card-state.ts';
import {
  exchangeRelayData,
  firstOrSecondCryptogram,
  processingOptions,
  recoverCryptogram,
} from './cryptogram-commands.ts';
import { issuerCommand } from './issuer-commands.ts';
import type { ApplicationData, CertificateFile, ChipInterface, Face, Personalisation } from './personalisation.ts';
import { verifyPin } from './pin.ts';
import { faceOf, RunningApplication } from './running-application.ts';
import { readPrivateKey } from './signing.ts';

/** What a command handler answers: data and status. */
export interface Answer {
  readonly data?: Uint8Array;
  readonly sw: number;
}

/** A chip card that answers commands as its personalisation says, with real keys. EMV Books 1 to 3; Books B, C-2, C-3 and C-7 without contact. */
export class ChipCard {
  readonly card: Personalisation;
  readonly state: CardState;
  readonly #certificates: CertificateFile;
  readonly #rng: Rng;
  #interface: ChipInterface = 'contact';
  #application: RunningApplication | undefined;
  /** Given by GET CHALLENGE and good for one PIN. */
  challenge: Uint8Array | undefined;
  pinVerified = false;
  pinFailed = false;

  constructor(card: Personalisation, certificates: CertificateFile, rng: Rng, state: CardState = newCardState(card)) {
    this.card = card;
    this.state = state;
    this.#certificates = certificates;
    this.#rng = rng;
  }

  /** The card is put in, or comes into the field: what it had in hand is gone, what it remembers stays. */
  reset(channel: ChipInterface): void {
    this.#interface = channel;
    this.#application = undefined;
    this.challenge = undefined;
    this.pinVerified = false;
    this.pinFailed = false;
  }

  get channel(): ChipInterface {
    return this.#interface;
  }

  /** Answer to one command. */
  transmit(bytes: Uint8Array): Uint8Array {
    const { data = new Uint8Array(0), sw } = this.#answer(bytes);
    return encodeResponse({ data, sw });
  }

  /** How long its answer to EXCHANGE RELAY RESISTANCE DATA takes to reach a reader. */
  get answersAfterMicroseconds(): number {
    return this.#application?.face.relayResistance?.takesMicroseconds ?? 0;
  }

  random(count: number): Uint8Array {
    return this.#rng.bytes(count);
  }

  #answer(bytes: Uint8Array): Answer {
    let command: CommandApdu;
    try {
      command = parseCommand(bytes);
    } catch (error) {
      if (error instanceof EmvRefusal) return { sw: 0x6700 };
      throw error;
    }
    if (command.ins === 0xa4) return this.state.blocked ? { sw: 0x6a81 } : this.#select(command);
    const application = this.#application;
    if (command.ins === 0xb2) return this.#readRecord(command, application);
    if (application === undefined) return { sw: 0x6985 };
    switch (command.ins) {
      case 0xa8:
        return processingOptions(this, application, command);
      case 0xae:
        return firstOrSecondCryptogram(this, application, command);
      case 0xea:
        return exchangeRelayData(application, command);
      case 0xd0:
        return recoverCryptogram(application, command);
      case 0xca:
        return this.#getData(command, application);
      case 0x84:
        this.challenge = this.random(8);
        return { data: this.challenge, sw: 0x9000 };
      case 0x20:
        return verifyPin(this, application, command);
      case 0x88:
        return internalAuthenticate(application, command);
      default:
        return issuerCommand(this, application, command);
    }
  }

  /** SELECT by name, whole or beginning. EMV Book 1 clause 11.3. */
  #select({ data = new Uint8Array(0), p1, p2 }: CommandApdu): Answer {
    if (p1 !== 0x04) return { sw: 0x6a81 };
    const contact = this.#interface === 'contact';
    this.#application = undefined;
    if (toHex(data) === toHex(contact ? PSE_NAME : PPSE_NAME)) return { data: this.#environment(), sw: 0x9000 };
    const wanted = toHex(data);
    const found = this.#shown().filter((each) => this.#nameOf(each).startsWith(wanted));
    const chosen = found[p2 === 0x02 ? 1 : 0];
    if (chosen === undefined) return { sw: 0x6a82 };
    return this.#open(chosen, wanted.length > chosen.aid.length ? wanted : chosen.aid);
  }

  /** The AID, with the extended selection where the interface has one. */
  #nameOf(data: ApplicationData): string {
    return data.aid + (faceOf(data, this.#interface)?.extendedSelection ?? '');
  }

  #shown(): readonly ApplicationData[] {
    return this.card.applications.filter((data) => faceOf(data, this.#interface) !== undefined);
  }

  #open(data: ApplicationData, name: string): Answer {
    const face = faceOf(data, this.#interface);
    const state = this.state.applications[data.aid];
    const made = this.#certificates.applications[`${this.card.id}/${data.aid}`];
    const certificates = made?.faces[this.#interface];
    if (face === undefined || state === undefined || made === undefined || certificates === undefined)
      return { sw: 0x6a82 };
    const answer = encodeTlv([
      {
        tag: '6F',
        value: [
          { tag: '84', value: fromHex(name) },
          { tag: 'A5', value: [...applicationItems(data), ...pdolItem(face)] },
        ],
      },
    ]);
    if (state.blocked) return { data: answer, sw: 0x6283 };
    this.#application = new RunningApplication({
      data,
      face,
      state,
      certificates,
      privateKey: readPrivateKey(made.privateKey),
      pinPrivateKey: readPrivateKey(made.pinPrivateKey),
      smPrivateKey: made.smPrivateKey === undefined ? undefined : importSm2PrivateKey(made.smPrivateKey),
      rng: this.#rng,
    });
    return { data: answer, sw: 0x9000 };
  }

  /** FCI of the PSE (directory in file 1) or the PPSE (directory inside). EMV Book 1 clause 12.2; Book B clause 3.3.2. */
  #environment(): Uint8Array {
    const contact = this.#interface === 'contact';
    const inside: TlvItem = contact
      ? { tag: '88', value: Uint8Array.of(1) }
      : { tag: 'BF0C', value: this.#directory() };
    return encodeTlv([
      {
        tag: '6F',
        value: [
          { tag: '84', value: contact ? PSE_NAME : PPSE_NAME },
          { tag: 'A5', value: [inside] },
        ],
      },
    ]);
  }

  #directory(): TlvItem[] {
    return this.#shown().map((data) => {
      const { kernelId, extendedSelection } = faceOf(data, this.#interface) ?? {};
      const kernel = kernelId === undefined ? [] : [{ tag: '9F2A', value: fromHex(kernelId) }];
      const extension = extendedSelection === undefined ? [] : [{ tag: '9F29', value: fromHex(extendedSelection) }];
      const items = [...applicationItems(data), ...kernel, ...extension];
      return { tag: '61', value: [{ tag: '4F', value: fromHex(data.aid) }, ...items] };
    });
  }

  /** READ RECORD of the application's files, or of the directory while none is selected. EMV Book 1 clause 11.2; Book 3 clause 6.5.11. */
  #readRecord({ p1, p2 }: CommandApdu, application: RunningApplication | undefined): Answer {
    if ((p2 & 0x07) !== 4) return { sw: 0x6a81 };
    const place = `${p2 >> 3}.${p1}`;
    if (application !== undefined) {
      const record = application.records.get(place);
      return record === undefined ? { sw: 0x6a83 } : { data: record, sw: 0x9000 };
    }
    if (place !== '1.1' || this.#interface !== 'contact') return { sw: 0x6a83 };
    return { data: encodeTlv([{ tag: '70', value: this.#directory() }]), sw: 0x9000 };
  }

  /** GET DATA of the counters. EMV Book 3 clause 6.5.7. */
  #getData({ p1, p2 }: CommandApdu, application: RunningApplication): Answer {
    const tag = toHex(Uint8Array.of(p1, p2));
    const counter = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
    const values: Readonly<Record<string, Uint8Array>> = {
      '9F36': counter(application.state.atc),
      '9F13': counter(application.state.lastOnlineAtc),
      '9F17': Uint8Array.of(this.state.pinTriesLeft),
    };
    const value = values[tag];
    return value === undefined ? { sw: 0x6a88 } : { data: encodeTlv([{ tag, value }]), sw: 0x9000 };
  }
}

/** INTERNAL AUTHENTICATE, answer in format 1. EMV Book 3 clause 6.5.9. */
function internalAuthenticate(application: RunningApplication, { data }: CommandApdu): Answer {
  if (!application.started || data === undefined) return { sw: 0x6985 };
  return { data: encodeTlv([{ tag: '80', value: application.signature(data) }]), sw: 0x9000 };
}

function applicationItems({ label, priority }: ApplicationData): TlvItem[] {
  const text = concatBytes(new TextEncoder().encode(label));
  return [
    { tag: '50', value: text },
    { tag: '87', value: fromHex(priority) },
  ];
}

function pdolItem({ pdol }: Face): TlvItem[] {
  return pdol === undefined ? [] : [{ tag: '9F38', value: fromHex(pdol) }];
}
