import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Currency, formatMoney } from '@zhanggui/base';
import type { NoPin, PinEntry, PinQuestion } from '@zhanggui/terminal';
import { PAD_PAGE, PAD_SCRIPT } from './pad-page.ts';

interface Asking {
  readonly number: number;
  readonly question: PinQuestion;
  /** Which digit stands on which of the ten keys: drawn anew for each PIN. */
  readonly layout: readonly number[];
  readonly typed: PromiseWithResolvers<string | NoPin>;
}

const PIN_KEYS = { least: 4, most: 12 };

/**
 * A PIN pad for demonstrations: a page of the agent with a scrambled pad, for whoever has the token that the agent printed. What is typed
 * comes as places on the pad. A real PIN may be typed on a device that has proved itself only.
 */
export class SoftwarePad {
  readonly token = randomBytes(16).toString('base64url');
  #asking: Asking | undefined;
  #count = 0;

  readonly entry: PinEntry = async (question, until) => {
    this.#count += 1;
    const asking = {
      number: this.#count,
      question,
      layout: scrambled(),
      typed: Promise.withResolvers<string | NoPin>(),
    };
    this.#asking = asking;
    const result = await Promise.race([asking.typed.promise, until.then(() => 'cancelled' as const)]);
    if (this.#asking === asking) this.#asking = undefined;
    return result;
  };

  /** Answers requests for the pad's page and its script; false where the request is for something else. */
  serve(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): boolean {
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /pad':
        return page(response, 'text/html', PAD_PAGE);
      case 'GET /pad.js':
        return page(response, 'text/javascript', PAD_SCRIPT);
      case 'GET /pad/question':
        return this.#isAllowed(request) ? json(response, 200, this.#shown()) : json(response, 403, {});
      case 'POST /pad/entry':
        return this.#isAllowed(request) ? json(response, this.#take(body) ? 200 : 422, {}) : json(response, 403, {});
      default:
        return false;
    }
  }

  #shown(): object {
    if (this.#asking === undefined) return { number: null };
    const { number, question, layout } = this.#asking;
    const { prompt, maskedPan, amountMinor, currency } = question;
    return { number, layout, prompt, maskedPan, amount: formatMoney(amountMinor, currency as Currency) };
  }

  /** `{number, places}` with 4 to 12 places, `{number, end: 'bypassed' | 'cancelled'}`. */
  #take(body: Buffer): boolean {
    const asking = this.#asking;
    const given = entryOf(body);
    if (asking === undefined || given === undefined || given.number !== asking.number) return false;
    if (given.end === 'bypassed' || given.end === 'cancelled') {
      asking.typed.resolve(given.end);
      return true;
    }
    const digits = given.places.map((place) => asking.layout[place]);
    if (digits.length < PIN_KEYS.least || digits.length > PIN_KEYS.most || digits.includes(undefined)) return false;
    asking.typed.resolve(digits.join(''));
    return true;
  }

  #isAllowed({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(String(headers['x-pad-token'] ?? ''));
    const token = Buffer.from(this.token);
    return given.length === token.length && timingSafeEqual(given, token);
  }
}

function entryOf(body: Buffer): { number: unknown; end: unknown; places: number[] } | undefined {
  try {
    const { number, end, places } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const sound = Array.isArray(places) ? places.filter((place): place is number => Number.isInteger(place)) : [];
    return { number, end, places: sound };
  } catch {
    return undefined;
  }
}

/** The ten digits in an order drawn by lot (Fisher and Yates). */
function scrambled(): number[] {
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  for (let last = 9; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [digits[last], digits[other]] = [digits[other] ?? 0, digits[last] ?? 0];
  }
  return digits;
}

function page(response: ServerResponse, type: string, content: string): boolean {
  response
    .writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    })
    .end(content);
  return true;
}

function json(response: ServerResponse, status: number, body: object): boolean {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
  return true;
}
