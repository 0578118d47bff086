import { randomInt } from 'node:crypto';
import { toHex } from '@zhanggui/base';
import { joinWorkingKeys } from '@zhanggui/iso8583';
import { encryptEcb, generateKey, importKey, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import { DataFile } from '../data-file.ts';

/** A terminal as the bank hands it to the merchant. */
export interface TerminalGrant {
  readonly tillId: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  /** Double-length master key, hexadecimal: a test key, made at the first start. */
  readonly tmk: string;
  readonly tmkCheckValue: string;
}

interface KeptTerminal extends TerminalGrant {
  batchNumber: string;
  /** Working keys of the last sign-on, hexadecimal. */
  pik: string | null;
  mak: string | null;
}

/** The keys under which the bank reads a terminal's PINs and checks its messages. */
export interface WorkingKeySet {
  readonly pik: SecretKey;
  readonly mak: SecretKey;
}

const TILLS = ['till_1', 'till_2'];
const ACCEPTOR_ID = '898310054110001';

/** The bank's list of terminals with their keys, kept in a file so that a restarted host does not ask for sign-ons. */
export class BankTerminals {
  readonly #file: DataFile<{ terminals: KeptTerminal[] }>;
  readonly #keys = new Map<string, WorkingKeySet>();

  constructor(path: string) {
    this.#file = new DataFile(path, () => ({ terminals: TILLS.map(newTerminal) }));
    for (const { terminalId, pik, mak } of this.#file.content.terminals)
      if (pik !== null && mak !== null) this.#keys.set(terminalId, importKeys(pik, mak));
  }

  grants(): TerminalGrant[] {
    return this.#file.content.terminals.map(({ tillId, terminalId, acceptorId, tmk, tmkCheckValue }) => {
      return { tillId, terminalId, acceptorId, tmk, tmkCheckValue };
    });
  }

  /** What the page shows; no key. */
  status(): { tillId: string; terminalId: string; batchNumber: string; signedOn: boolean }[] {
    return this.#file.content.terminals.map(({ tillId, terminalId, batchNumber, mak }) => {
      return { tillId, terminalId, batchNumber, signedOn: mak !== null };
    });
  }

  /** Whether the bank has given this terminal number to this merchant. */
  isKnown(terminalId: string, acceptorId: string): boolean {
    return this.#find(terminalId)?.acceptorId === acceptorId;
  }

  batchOf(terminalId: string): string | undefined {
    return this.#find(terminalId)?.batchNumber;
  }

  keysOf(terminalId: string): WorkingKeySet | undefined {
    return this.#keys.get(terminalId);
  }

  /** Makes new working keys and returns field 62: each under the terminal master key with its check value. */
  signOn(terminalId: string): Uint8Array | undefined {
    const terminal = this.#find(terminalId);
    if (terminal === undefined) return undefined;
    const master = importKey(terminal.tmk, { algorithm: 'TDES', usage: 'key-encryption' });
    const pik = generateKey('TDES', 'pin', 16);
    const mak = generateKey('TDES', 'mac', 16);
    this.#keys.set(terminalId, { pik, mak });
    terminal.pik = toHex(revealKeyBytes(pik));
    terminal.mak = toHex(revealKeyBytes(mak));
    this.#file.save();
    return joinWorkingKeys({ pin: encrypted(master, pik), mac: encrypted(master, mak) });
  }

  /** Forgets the working keys of all terminals, as a host does whose security module was replaced. */
  forgetKeys(): void {
    this.#keys.clear();
    for (const terminal of this.#file.content.terminals) Object.assign(terminal, { pik: null, mak: null });
    this.#file.save();
  }

  #find(terminalId: string): KeptTerminal | undefined {
    return this.#file.content.terminals.find((terminal) => terminal.terminalId === terminalId);
  }
}

function encrypted(master: SecretKey, key: SecretKey) {
  const checkValue = Buffer.from(key.checkValue(4), 'hex');
  return { cryptogram: encryptEcb(master, revealKeyBytes(key)), checkValue: Uint8Array.from(checkValue) };
}

function importKeys(pik: string, mak: string): WorkingKeySet {
  return {
    pik: importKey(pik, { algorithm: 'TDES', usage: 'pin' }),
    mak: importKey(mak, { algorithm: 'TDES', usage: 'mac' }),
  };
}

function newTerminal(tillId: string): KeptTerminal {
  const tmk = generateKey('TDES', 'key-encryption', 16);
  return {
    tillId,
    terminalId: String(randomInt(10_000_000, 99_999_999)),
    acceptorId: ACCEPTOR_ID,
    tmk: toHex(revealKeyBytes(tmk)),
    tmkCheckValue: tmk.checkValue(4),
    batchNumber: '000001',
    pik: null,
    mak: null,
  };
}
