import { randomInt } from 'node:crypto';
import { fromHex, toHex } from '@zhanggui/base';
import {
  formatTerminalSettings,
  joinWorkingKeys,
  nextBatchNumber,
  type ProcessingRequest,
  type TerminalSettings,
} from '@zhanggui/iso8583';
import { encryptEcb, generateKey, importKey, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import { DataFile } from '../data-file.ts';
import { Journal } from '../journal.ts';
import { TERMINAL_PARAMETERS } from './bank-downloads.ts';
import type { KeyLayout } from './dialects/dialect.ts';

/** A terminal as the bank hands it to the merchant. */
export interface TerminalGrant {
  readonly tillId: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  /** Double-length master key, hexadecimal: a test key, made at the first start. */
  readonly tmk: string;
  readonly tmkCheckValue: string;
}

/** The keys under which the bank reads a terminal's PINs and tracks and checks its messages. */
export interface WorkingKeySet {
  readonly pik: SecretKey;
  readonly mak: SecretKey;
  /** Null unless the terminal asked for one. */
  readonly tdk: SecretKey | null;
}

/** A terminal on the page; no key. */
export interface TerminalStatus {
  readonly tillId: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly signedOn: boolean;
  /** What the next answer asks of it. */
  readonly processing: ProcessingRequest;
}

/** Where a terminal stands; one line of the sessions file. Keys in hexadecimal. */
interface Session {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly pik: string | null;
  readonly mak: string | null;
  readonly tdk: string | null;
}

const ACCEPTOR_ID = '898310054110001';
const FIRST_BATCH = '000001';
const ORDINARY_TILLS = 2;

/**
 * The bank's list of terminals with their keys. The grants stand in a file of their own; what changes is appended to a
 * second one, so that a thousand terminals can sign on without a thousand rewritings.
 */
export class BankTerminals {
  readonly #grants = new Map<string, TerminalGrant>();
  readonly #sessions = new Map<string, Session>();
  readonly #keys = new Map<string, WorkingKeySet>();
  readonly #processing = new Map<string, ProcessingRequest>();
  readonly #journal: Journal<Session>;
  #parameters = TERMINAL_PARAMETERS;

  /** @param count how many terminals there are at least: `till_1`, `till_2`, … */
  constructor(path: string, count = ORDINARY_TILLS) {
    const file = new DataFile<{ terminals: TerminalGrant[] }>(path, () => ({ terminals: [] }));
    const { terminals } = file.content;
    const taken = new Set(terminals.map(({ terminalId }) => terminalId));
    const missing = Math.max(0, count - terminals.length);
    for (let index = 0; index < missing; index += 1) terminals.push(newTerminal(terminals.length + 1, taken));
    if (missing > 0) file.save();
    for (const grant of terminals) this.#grants.set(grant.terminalId, grant);
    this.#journal = new Journal(path.replace(/(\.json)?$/, '-sessions.jsonl'), ({ terminalId }) => terminalId);
    for (const session of this.#journal.kept) {
      this.#sessions.set(session.terminalId, session);
      const keys = importKeys(session);
      if (keys !== null) this.#keys.set(session.terminalId, keys);
    }
  }

  grants(): TerminalGrant[] {
    return [...this.#grants.values()].map(({ tillId, terminalId, acceptorId, tmk, tmkCheckValue }) => {
      return { tillId, terminalId, acceptorId, tmk, tmkCheckValue };
    });
  }

  /** What the page shows. */
  status(): TerminalStatus[] {
    return [...this.#grants.values()].map(({ tillId, terminalId }) => ({
      tillId,
      terminalId,
      batchNumber: this.#session(terminalId).batchNumber,
      signedOn: this.#keys.has(terminalId),
      processing: this.processingFor(terminalId),
    }));
  }

  /** Whether the bank has given this terminal number to this merchant. */
  isKnown(terminalId: string, acceptorId: string): boolean {
    return this.#grants.get(terminalId)?.acceptorId === acceptorId;
  }

  batchOf(terminalId: string): string {
    return this.#session(terminalId).batchNumber;
  }

  keysOf(terminalId: string): WorkingKeySet | undefined {
    return this.#keys.get(terminalId);
  }

  /** Makes new working keys and returns field 62: each under the terminal master key with its check value. */
  signOn(terminalId: string, layout: KeyLayout = 'double'): Uint8Array | undefined {
    const grant = this.#grants.get(terminalId);
    if (grant === undefined) return undefined;
    const master = importKey(grant.tmk, { algorithm: 'TDES', usage: 'key-encryption' });
    const [algorithm, bytes] = layout === 'single' ? (['DES', 8] as const) : (['TDES', 16] as const);
    const pik = generateKey(algorithm, 'pin', bytes);
    const mak = generateKey(algorithm, 'mac', bytes);
    const tdk = layout === 'double-with-track' ? generateKey('TDES', 'data', 16) : null;
    this.#keys.set(terminalId, { pik, mak, tdk });
    const hex = (key: SecretKey | null): string | null => (key === null ? null : toHex(revealKeyBytes(key)));
    this.#save({ ...this.#session(terminalId), pik: hex(pik), mak: hex(mak), tdk: hex(tdk) });
    if (this.#processing.get(terminalId) === 'sign-on') this.#processing.delete(terminalId);
    const keys = { pin: encrypted(master, pik), mac: encrypted(master, mak) };
    return joinWorkingKeys(tdk === null ? keys : { ...keys, track: encrypted(master, tdk) });
  }

  /** The terminal has said good-bye: it trades again after the next sign-on. */
  signOff(terminalId: string): void {
    if (!this.#grants.has(terminalId)) return;
    this.#keys.delete(terminalId);
    this.#save({ ...this.#session(terminalId), pik: null, mak: null, tdk: null });
  }

  /** The batch has been settled; the next one begins. */
  closeBatch(terminalId: string): void {
    const session = this.#session(terminalId);
    this.#save({ ...session, batchNumber: nextBatchNumber(session.batchNumber) });
  }

  /** What a terminal that downloads its parameters is told to keep to. */
  get parameters(): TerminalSettings {
    return this.#parameters;
  }

  /** Changes what terminals are told from their next download on. @throws Iso8583Error for a value that does not fit. */
  tell(changed: TerminalSettings): void {
    const parameters = { ...this.#parameters, ...changed };
    formatTerminalSettings(parameters);
    this.#parameters = parameters;
  }

  /** What the host asks of a terminal in the header of its answers until it has been done; `none` lifts it. */
  ask(terminalId: string, request: ProcessingRequest): void {
    if (request === 'none') this.#processing.delete(terminalId);
    else this.#processing.set(terminalId, request);
  }

  /** The terminal has done what it was asked. */
  fulfilled(terminalId: string, request: ProcessingRequest): void {
    if (this.#processing.get(terminalId) === request) this.#processing.delete(terminalId);
  }

  processingFor(terminalId: string): ProcessingRequest {
    return this.#processing.get(terminalId) ?? 'none';
  }

  /** Nothing is written any more. */
  close(): void {
    this.#journal.close();
  }

  /** Forgets the working keys of all terminals, as a host does whose security module was replaced. */
  forgetKeys(): void {
    for (const terminalId of [...this.#keys.keys()]) this.signOff(terminalId);
  }

  #session(terminalId: string): Session {
    return this.#sessions.get(terminalId) ?? { terminalId, batchNumber: FIRST_BATCH, pik: null, mak: null, tdk: null };
  }

  #save(session: Session): void {
    this.#sessions.set(session.terminalId, session);
    this.#journal.append(session);
  }
}

/** Field 62 with a check value that does not belong to its first key. */
export function withWrongCheckValue(workingKeys: Uint8Array): Uint8Array {
  const spoiled = workingKeys.slice();
  const keyBytes = spoiled.length === 24 ? 8 : 16;
  spoiled[keyBytes] = (spoiled[keyBytes] ?? 0) ^ 0xff;
  return spoiled;
}

function encrypted(master: SecretKey, key: SecretKey) {
  return { cryptogram: encryptEcb(master, revealKeyBytes(key)), checkValue: fromHex(key.checkValue(4)) };
}

function importKeys({ pik, mak, tdk }: Session): WorkingKeySet | null {
  if (pik === null || mak === null) return null;
  const algorithm = pik.length === 16 ? 'DES' : 'TDES';
  return {
    pik: importKey(pik, { algorithm, usage: 'pin' }),
    mak: importKey(mak, { algorithm, usage: 'mac' }),
    tdk: tdk === null ? null : importKey(tdk, { algorithm: 'TDES', usage: 'data' }),
  };
}

function newTerminal(number: number, taken: Set<string>): TerminalGrant {
  const tmk = generateKey('TDES', 'key-encryption', 16);
  let terminalId: string;
  do terminalId = String(randomInt(10_000_000, 99_999_999));
  while (taken.has(terminalId));
  taken.add(terminalId);
  return {
    tillId: `till_${number}`,
    terminalId,
    acceptorId: ACCEPTOR_ID,
    tmk: toHex(revealKeyBytes(tmk)),
    tmkCheckValue: tmk.checkValue(4),
  };
}
