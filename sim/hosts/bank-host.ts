import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatField60, Iso8583Error, parseField60, transactionKind } from '@zhanggui/iso8583';
import { BankBook } from './bank-book.ts';
import {
  type Asked,
  cardOf,
  type Decision,
  decideRefund,
  decideReversal,
  decideSale,
  decideVoid,
  traceOf,
} from './bank-decisions.ts';
import { BankFaults } from './bank-faults.ts';
import {
  type BankRequest,
  financialAnswer,
  isMacRight,
  managementAnswer,
  readRequest,
  withWrongMac,
} from './bank-messages.ts';
import { BankTerminals } from './bank-terminals.ts';

/** What the host puts on the line for one request, in order; `disconnect` cuts it. */
export type Reaction = Uint8Array | 'disconnect';

const DECIDE: Readonly<Record<string, (book: BankBook, asked: Asked) => Decision>> = {
  sale: decideSale,
  void: decideVoid,
  refund: decideRefund,
  reversal: decideReversal,
};

/** A bank's host without its socket: messages in, messages out, a book in between. */
export class BankHost {
  readonly book: BankBook;
  readonly terminals: BankTerminals;
  readonly faults = new BankFaults();
  readonly #timeScale: number;
  readonly #now: () => Date;

  /** @param timeScale multiplies the seconds of its faults. */
  constructor(dataFolder: string, timeScale: number, now: () => Date = () => new Date()) {
    this.book = new BankBook(join(dataFolder, 'bank-book.jsonl'));
    this.terminals = new BankTerminals(join(dataFolder, 'bank-terminals.json'));
    this.#timeScale = timeScale;
    this.#now = now;
  }

  /**
   * Answers one payload of the line.
   * @throws Iso8583Error when it is no message of the dialect.
   */
  async receive(payload: Uint8Array): Promise<Reaction[]> {
    const request = readRequest(payload);
    const { mti } = request.message;
    if (mti === '0800') return [this.#signOn(request)];
    if (mti === '0820') return [this.#echo(request)];
    return this.#financial(request);
  }

  #signOn(request: BankRequest): Uint8Array {
    const { fields } = request.message;
    const terminalId = fields[41] ?? '';
    const { batchNumber, networkCode = '003' } = parseField60(fields[60] ?? '');
    if (!this.terminals.isKnown(terminalId, fields[42] ?? ''))
      return managementAnswer(request, '97', fields[60] ?? '', null, this.#now());
    const batch = this.terminals.batchOf(terminalId) ?? batchNumber;
    const field60 = formatField60({ transactionType: '00', batchNumber: batch, networkCode });
    const workingKeys = this.terminals.signOn(terminalId) ?? null;
    return managementAnswer(request, '00', field60, workingKeys, this.#now());
  }

  #echo(request: BankRequest): Uint8Array {
    return managementAnswer(request, '00', request.message.fields[60] ?? '', null, this.#now());
  }

  async #financial(request: BankRequest): Promise<Reaction[]> {
    const { mti, fields } = request.message;
    const fault = this.faults.take(mti, cardOf(fields)?.id ?? null);
    if (fault === null) return [this.#answer(request)];
    switch (fault.kind) {
      case 'deaf':
        return [];
      case 'silent':
        this.#answer(request);
        return [];
      case 'late': {
        const answer = this.#answer(request);
        await this.#linger(fault.seconds);
        return [answer];
      }
      case 'stuck':
        await this.#linger(fault.seconds);
        return [this.#answer(request)];
      case 'wrong-mac':
        return [withWrongMac(this.#answer(request))];
      case 'decline':
        return [this.#decline(request, fault.code)];
      case 'disconnect':
        this.#answer(request);
        return ['disconnect'];
      case 'garbage':
        this.#answer(request);
        return [Uint8Array.from(randomBytes(64))];
      case 'duplicate': {
        const answer = this.#answer(request);
        return [answer, answer];
      }
    }
  }

  #linger(seconds: number): Promise<void> {
    return delay(seconds * this.#timeScale * 1_000, undefined, { ref: false });
  }

  /** Checks the terminal and its MAC, decides and books. */
  #answer(request: BankRequest): Uint8Array {
    const { fields, mti } = request.message;
    const terminalId = fields[41] ?? '';
    const keys = this.terminals.keysOf(terminalId);
    if (!this.terminals.isKnown(terminalId, fields[42] ?? '')) return this.#refuse(request, '97');
    if (keys === undefined || !isMacRight(keys.mak, request)) return this.#refuse(request, 'A0');
    const isReversal = mti === '0400';
    if (!isReversal && traceOf(fields).batchNumber !== this.terminals.batchOf(terminalId))
      return this.#decline(request, '77');
    const decide = DECIDE[kindOf(request)];
    if (decide === undefined) return this.#decline(request, '40');
    const now = this.#now();
    return financialAnswer(request, decide(this.book, { fields, pik: keys.pik, now }), keys.mak, now);
  }

  #decline(request: BankRequest, responseCode: string): Uint8Array {
    const keys = this.terminals.keysOf(request.message.fields[41] ?? '');
    return financialAnswer(request, declined(responseCode), keys?.mak ?? null, this.#now());
  }

  /** An answer without a MAC, because there is no key that both sides hold. */
  #refuse(request: BankRequest, responseCode: string): Uint8Array {
    return financialAnswer(request, declined(responseCode), null, this.#now());
  }
}

function kindOf({ message: { mti, fields } }: BankRequest): string {
  try {
    const { transactionType } = parseField60(fields[60] ?? '');
    return transactionKind({ mti, processingCode: fields[3], conditionCode: fields[25], transactionType }).id;
  } catch (error) {
    if (error instanceof Iso8583Error) return 'unknown';
    throw error;
  }
}

function declined(responseCode: string): Decision {
  return { responseCode, rrn: null, authorizationCode: null };
}
