import { type Clock, type HttpResponse, HttpSilence } from '@zhanggui/base';
import type { ChannelTest, Evidence } from '@zhanggui/modules/payments/method.ts';
import { WalletRefusal } from '@zhanggui/wallets';
import type { CodeMeaning } from './codes.ts';
import { maskedCodes } from './masked-codes.ts';

/** What came of one request. Only an answer that was verified is `answered`. */
export type WalletReply<Body> = Answered<Body> | NotAnswered;

/** An answer that was verified. */
export interface Answered<Body> {
  readonly kind: 'answered';
  /** The channel's own word for what came of it. */
  readonly code: string;
  /** What that word means for the request. */
  readonly meaning: CodeMeaning;
  readonly body: Body;
  readonly evidence: readonly Evidence[];
}

/** No answer, or none that is believed. */
export interface NotAnswered {
  readonly kind: 'not-answered';
  readonly failure: Exclude<ChannelTest['outcome'], 'passed'>;
  /** False only when it is certain that nothing left this machine. */
  readonly sent: boolean;
  readonly cause: string;
  readonly evidence: readonly Evidence[];
}

/** One request as a channel's own code makes and reads it. */
export interface WalletRequest<Body> {
  /** What a timeline calls it. */
  readonly title: string;
  /** What a timeline shows of it; payment codes are masked here. */
  readonly shown: string;
  /** Signs and sends. Rejects with HttpSilence, or WalletRefusal where the merchant's key cannot be used. */
  send(): Promise<HttpResponse>;
  /** The content of an answer whose signature verifies, or the reason why it is not believed. */
  read(answer: HttpResponse): Promise<Body | string> | Body | string;
  /** What a timeline shows of a genuine answer. */
  show(body: Body): string;
  meaning(body: Body, answer: HttpResponse): Pick<Answered<Body>, 'code' | 'meaning'>;
}

/** Sends a request, and believes no word of the answer before it is verified. */
export async function ask<Body extends object>(clock: Clock, request: WalletRequest<Body>): Promise<WalletReply<Body>> {
  const { title } = request;
  const asked = evidence('request', clock.now(), title, request.shown);
  const seen = (text: string): readonly Evidence[] => [asked, evidence('answer', clock.now(), title, text)];
  try {
    const answer = await request.send();
    const body = await request.read(answer);
    if (typeof body !== 'string') {
      const text = `HTTP ${answer.status} ${request.show(body)}`;
      return { kind: 'answered', ...request.meaning(body, answer), body, evidence: seen(text) };
    }
    const text = `HTTP ${answer.status}, ${answer.body.length} characters, not believed: ${body}`;
    const failure = body === httpError(answer) ? 'refused' : 'answer-not-believed';
    return { kind: 'not-answered', failure, sent: true, cause: body, evidence: seen(text) };
  } catch (error) {
    const silence = silenceOf(error);
    return { kind: 'not-answered', ...silence, evidence: seen(silence.cause) };
  }
}

/** The reason for which an answer of an interface that signs nothing but HTTP 200 is not believed. */
export function httpError({ status }: HttpResponse): string {
  return `HTTP ${status}`;
}

/**
 * Why there is no answer: the line was silent, or the merchant's key could not sign and nothing was sent.
 * @throws error whatever else it is.
 */
export function silenceOf(error: unknown): Pick<NotAnswered, 'failure' | 'sent' | 'cause'> {
  if (error instanceof HttpSilence)
    return { failure: 'unreachable', sent: error.sent, cause: error.sent ? 'no answer' : 'not sent' };
  if (error instanceof WalletRefusal)
    return { failure: 'key-unusable', sent: false, cause: `not signed: ${error.code}` };
  throw error;
}

/** One entry of a payment's timeline; payment codes in it are masked. */
export function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text: maskedCodes(text) };
}
