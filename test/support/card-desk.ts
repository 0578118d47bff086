import type {
  AcquirerAnswer,
  AcquirerRequest,
  OriginalRequest,
  RequestKind,
  Reservation,
} from '@zhanggui/modules/switch/api.ts';
import { expect } from 'vitest';
import type { CardChain } from './card-chain.ts';

/** A request that was answered with an approval. */
export interface Approved {
  readonly request: AcquirerRequest;
  /** What was set aside with the card, where one was presented for this request. */
  readonly reservation: Reservation | null;
  readonly answer: Extract<AcquirerAnswer, { kind: 'answered' }>;
}

/** What may differ from the usual request. */
type Extra = Partial<Pick<AcquirerRequest, 'tipMinor' | 'chip' | 'sealedChip' | 'signature' | 'reverses'>>;

const TILL = 'till_1';
const ANSWER_MS = 600;

/** Requests of a till through the real exchange and line, one kind at a time, as the card method would make them. */
export class CardDesk {
  readonly #chain: CardChain;
  #counter = 0;

  constructor(chain: CardChain) {
    this.#chain = chain;
  }

  /** A request with a card that is presented for it. */
  async presented(
    kind: RequestKind,
    cardId: string,
    amountMinor: number,
  ): Promise<{ request: AcquirerRequest; reservation: Reservation }> {
    const card = await this.#chain.present(cardId, amountMinor);
    const reservation = await this.#chain.line.exchange.reserve(TILL, card);
    const { trace } = reservation;
    return { request: { ...this.#facts(kind, amountMinor), trace, card: reservation.card }, reservation };
  }

  /** A sale by the code that a customer shows. */
  async scanned(code: string, amountMinor: number): Promise<AcquirerRequest> {
    const { trace } = await this.#chain.line.exchange.reserve(TILL, { code });
    return { ...this.#facts('qr-sale', amountMinor), trace, card: { code } };
  }

  /** A sale that is told afterwards: nobody has been asked. */
  async alone(cardId: string, amountMinor: number): Promise<AcquirerRequest> {
    const { request, reservation } = await this.presented('offline-sale', cardId, amountMinor);
    const { vaulted, sealedChip, offline } = reservation;
    return { ...request, card: { vaulted }, ...(offline === null || sealedChip === null ? {} : { sealedChip }) };
  }

  /** A request that goes back to an earlier one, with the card that is kept. */
  async about(kind: RequestKind, earlier: Approved, amountMinor: number, extra: Extra = {}): Promise<AcquirerRequest> {
    const facts = this.#facts(kind, amountMinor);
    const { trace } = await this.#chain.line.exchange.nextTrace(earlier.request.trace, facts.reference);
    return { ...facts, trace, card: this.#kept(earlier), original: originalOf(earlier), ...extra };
  }

  /** The reversal of a request, under its own number. */
  undo(asked: Pick<Approved, 'request' | 'reservation'>): AcquirerRequest {
    const { request, reservation } = asked;
    const { kind, card, original = { trace: request.trace, createdAt: request.createdAt } } = request;
    const kept = reservation === null ? card : { vaulted: reservation.vaulted };
    return { ...request, kind: 'reversal', reverses: kind, card: kept, original, reversalReason: '98' };
  }

  ask(request: AcquirerRequest): Promise<AcquirerAnswer> {
    return this.#chain.line.exchange.ask({ ...request, answerBy: Date.now() + ANSWER_MS });
  }

  /** Asks and expects an approval. */
  async approved(request: AcquirerRequest, reservation: Reservation | null = null): Promise<Approved> {
    const answer = await this.ask(request);
    if (answer.kind !== 'answered') throw new Error(`the ${request.kind} is ${answer.kind}`);
    expect([request.kind, answer.responseCode]).toEqual([request.kind, '00']);
    return { request, reservation, answer };
  }

  /** Presents a card, asks and expects an approval. */
  async done(kind: RequestKind, cardId: string, amountMinor: number): Promise<Approved> {
    const { request, reservation } = await this.presented(kind, cardId, amountMinor);
    return this.approved(request, reservation);
  }

  /** Stores a message and waits until the acquirer has it; how often it went out. */
  async told(request: AcquirerRequest): Promise<number> {
    const { exchange } = this.#chain.line;
    await exchange.enqueue(request);
    const status = async () =>
      (await exchange.adviceStatus(request.reference)).find(({ kind }) => kind === request.kind);
    await expect.poll(async () => (await status())?.state, { timeout: 8_000 }).toBe('done');
    return (await status())?.attempts ?? 0;
  }

  #facts(kind: RequestKind, amountMinor: number) {
    this.#counter += 1;
    const reference = `desk_${Date.now()}_${this.#counter}`;
    return { kind, reference, amountMinor, currency: 'CNY', createdAt: Date.now() } as const;
  }

  #kept({ request, reservation }: Approved): AcquirerRequest['card'] {
    return reservation === null ? request.card : { vaulted: reservation.vaulted };
  }
}

function originalOf({ request, answer }: Approved): OriginalRequest {
  const { rrn, authorizationCode, hostOn } = answer;
  return {
    trace: request.trace,
    createdAt: request.createdAt,
    ...(rrn === null ? {} : { rrn }),
    ...(authorizationCode === null ? {} : { authorizationCode }),
    ...(hostOn === null ? {} : { hostOn }),
  };
}
