import { parseResponse, type ResponseApdu } from '../apdu.ts';
import type { RsaPublicKey } from '../oda/rsa.ts';
import { EmvRefusal } from '../refusal.ts';
import type { CardApplication } from '../select.ts';
import type { DisplayMessage } from './messages.ts';
import type { EndReason, OnlineRequest } from './outcome.ts';

/** What the PIN pad needs to give a PIN to the card. EMV Book 2 clause 7; Book 3 clause 6.5.12. */
export type OfflinePinForm =
  | { readonly form: 'plaintext' }
  | {
      readonly form: 'enciphered';
      readonly key: RsaPublicKey;
      /** Eight bytes from GET CHALLENGE. */
      readonly challenge: Uint8Array;
    };

/** What a kernel asks of the world around it. Each request is answered by one `KernelAnswer` of a kind named beside it. */
export type KernelRequest =
  /**
   * `card`, `card-removed`. The command goes to the card as it stands; T=0 and T=1 are the reader's. `timed`: the reader must say how long
   * the answer took.
   */
  | { readonly ask: 'card'; readonly command: Uint8Array; readonly timed?: true }
  /** `chosen`, `cancelled`, `card-removed`. */
  | {
      readonly ask: 'choose-application';
      readonly candidates: readonly CardApplication[];
      readonly message: DisplayMessage;
    }
  /** `confirmed`, `refused`, `cancelled`, `card-removed`. */
  | { readonly ask: 'confirm-application'; readonly candidate: CardApplication; readonly message: DisplayMessage }
  /** `pin-entered`, `pin-bypassed`, `pin-pad-missing`, `cancelled`, `card-removed`. The pad keeps the enciphered block for the host. */
  | { readonly ask: 'online-pin'; readonly pan: string; readonly message: DisplayMessage }
  /**
   * `pin-presented`, `pin-bypassed`, `pin-pad-missing`, `cancelled`, `card-removed`. The pad itself sends the card what
   * `offlinePinCommand` makes, so that no PIN passes through the kernel.
   */
  | {
      readonly ask: 'offline-pin';
      readonly pin: OfflinePinForm;
      readonly triesLeft: number | undefined;
      readonly message: DisplayMessage;
    }
  /** `issuer`, `unable-to-go-online`, `card-removed`. */
  | { readonly ask: 'online'; readonly request: OnlineRequest; readonly message: DisplayMessage };

/** What the world answers. */
export type KernelAnswer =
  /** `tookMicroseconds`: from the end of the command to the whole answer, by the reader's own clock; for what was asked `timed`. */
  | { readonly answer: 'card'; readonly response: Uint8Array; readonly tookMicroseconds?: number }
  | { readonly answer: 'card-removed' }
  | { readonly answer: 'chosen'; readonly index: number }
  | { readonly answer: 'confirmed' | 'refused' | 'cancelled' }
  | { readonly answer: 'pin-entered' | 'pin-bypassed' | 'pin-pad-missing' }
  /** Status of the VERIFY command that the pad sent. */
  | { readonly answer: 'pin-presented'; readonly sw: number }
  | {
      readonly answer: 'issuer';
      readonly decision: 'approve' | 'decline';
      /** Two characters; counts where the issuer's data has no 8A. */
      readonly responseCode: string;
      /** Field 55 of the answer: 91, 71, 72, 8A. May be empty. */
      readonly data: Uint8Array;
    }
  | { readonly answer: 'unable-to-go-online' };

/** A part of a kernel: yields requests, takes answers, returns a result. */
export type Dialogue<Result> = Generator<KernelRequest, Result, KernelAnswer>;

/** Ends a transaction from inside any step. It never leaves the kernel: `concluding` makes an outcome of it. */
export class Ending extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(reason);
    this.reason = reason;
  }
}

/** One command with its answer. @throws Ending when the card is gone; EmvRefusal `apdu-malformed`, `kernel-answer`. */
export function* transmit(command: Uint8Array): Dialogue<ResponseApdu> {
  return parseResponse((yield* exchange({ ask: 'card', command })).response);
}

/** As `transmit`, with the time that the answer took. @throws as `transmit`; EmvRefusal `kernel-answer` when no time came with it. */
export function* timed(command: Uint8Array): Dialogue<ResponseApdu & { readonly tookMicroseconds: number }> {
  const { response, tookMicroseconds } = yield* exchange({ ask: 'card', command, timed: true });
  if (tookMicroseconds === undefined) throw wrongAnswer('card');
  return { ...parseResponse(response), tookMicroseconds };
}

/** Drives one of the package's card dialogues. @throws as `transmit`. */
export function* relay<Result>(dialogue: Generator<Uint8Array, Result, Uint8Array>): Dialogue<Result> {
  let step = dialogue.next();
  while (step.done !== true) step = dialogue.next((yield* exchange({ ask: 'card', command: step.value })).response);
  return step.value;
}

/** A refusal of an answer that does not belong to the request: the caller's mistake. */
export function wrongAnswer(asked: KernelRequest['ask']): EmvRefusal {
  return new EmvRefusal('kernel-answer', 'the answer is not one to what the kernel asked', { path: asked });
}

function* exchange(
  request: Extract<KernelRequest, { ask: 'card' }>,
): Dialogue<Extract<KernelAnswer, { answer: 'card' }>> {
  const answer = yield request;
  if (answer.answer === 'card-removed') throw new Ending('card-removed');
  if (answer.answer !== 'card') throw wrongAnswer('card');
  return answer;
}
