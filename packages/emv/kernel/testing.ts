import { fromHex, type Rng, toHex } from '@zhanggui/base';
import { encodeTlv } from '../tlv.ts';
import { contactTransaction } from './contact.ts';
import type { Dialogue, KernelAnswer, KernelRequest } from './dialogue.ts';
import type { KernelOutcome, TransactionResult } from './outcome.ts';
import type { ApplicationSettings, ContactlessSettings, TerminalSettings, TransactionInput } from './settings.ts';

/** What a test's card and people answer: cards by the command's hexadecimal text or its longest beginning that is named. */
export interface Script {
  readonly card: Readonly<Record<string, string | readonly string[] | 'removed'>>;
  /** How long the answers take that are timed, in microseconds, in turn. */
  readonly took?: readonly number[];
  /** By what is asked; several answers in turn. */
  readonly people?: Partial<Record<KernelRequest['ask'], KernelAnswer | readonly KernelAnswer[]>>;
}

/** A played dialogue: its outcome, the commands that the card got, and all other requests. */
export interface Played {
  readonly outcome: KernelOutcome;
  readonly commands: readonly string[];
  readonly asked: readonly KernelRequest[];
}

/** Plays a kernel against a script. @throws Error when something is asked that the script does not know. */
export function play(dialogue: Dialogue<KernelOutcome>, script: Script): Played {
  const commands: string[] = [];
  const asked: KernelRequest[] = [];
  const turns = new Map<string, number>();
  const inTurn = <Answer>(key: string, answers: readonly Answer[]): Answer | undefined => {
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    return answers[Math.min(turn, answers.length - 1)];
  };
  const answerOf = (request: KernelRequest): KernelAnswer => {
    if (request.ask !== 'card') {
      asked.push(request);
      const answers = script.people?.[request.ask];
      const answer = answers === undefined ? undefined : inTurn(request.ask, [answers].flat());
      if (answer === undefined) throw new Error(`nobody answers ${request.ask}`);
      return answer;
    }
    const command = toHex(request.command);
    commands.push(command);
    const key = Object.keys(script.card)
      .filter((begin) => command.startsWith(begin))
      .toSorted((left, right) => right.length - left.length)[0];
    const response = key === undefined ? '6D00' : (inTurn(key, [script.card[key] ?? '6D00'].flat()) ?? '6D00');
    if (response === 'removed') return { answer: 'card-removed' };
    const took = request.timed === true ? inTurn('took', script.took ?? []) : undefined;
    return {
      answer: 'card',
      response: fromHex(response),
      ...(took === undefined ? {} : { tookMicroseconds: took }),
    };
  };
  let step = dialogue.next();
  while (step.done !== true) step = dialogue.next(answerOf(step.value));
  return { outcome: step.value, commands, asked };
}

/** Hexadecimal data objects, one after the other. */
export function tlv(...items: readonly (readonly [tag: string, value: string])[]): string {
  return toHex(encodeTlv(items.map(([tag, value]) => ({ tag, value: fromHex(value) }))));
}

/** Hexadecimal answer with a template and status 9000. */
export function template(tag: string, values: Readonly<Record<string, string>>): string {
  return `${tlv([tag, tlv(...Object.entries(values))])}9000`;
}

/** Bytes that count up from 1, so that every run is the same. */
export function countingRng(): Rng {
  let next = 0;
  return {
    bytes: (count) =>
      Uint8Array.from({ length: count }, () => {
        next = (next % 255) + 1;
        return next;
      }),
  };
}

export const AID = 'A000000333010101';

/** Settings of an attended terminal with every ability, for one UnionPay application. */
export function terminal(
  changes: {
    readonly values?: Readonly<Record<string, string>>;
    readonly application?: Partial<ApplicationSettings>;
    readonly contactless?: Partial<ContactlessSettings>;
    readonly settings?: Partial<TerminalSettings>;
  } = {},
): TerminalSettings {
  const values = {
    '9F1A': '0156',
    '9F33': 'E0F9C8',
    '9F35': '22',
    '9F40': '6000F0A001',
    '9F1E': '3030303030303031',
    ...changes.values,
  };
  const none = new Uint8Array(5);
  return {
    values: new Map(Object.entries(values).map(([tag, value]) => [tag, fromHex(value)])),
    applications: [
      {
        aid: fromHex(AID),
        match: 'partial',
        version: fromHex('0020'),
        actionCodes: { denial: none, online: none, default: none },
        floorLimitMinor: 50_000,
        contactless: {
          kernel: 7,
          transactionLimitMinor: 1_000_000,
          cvmLimitMinor: 100_000,
          floorLimitMinor: 0,
          ttq: fromHex('26000080'),
          ...changes.contactless,
        },
        ...changes.application,
      },
    ],
    caKeys: [],
    cardholderSelection: true,
    stripeWhenNoApplication: false,
    ...changes.settings,
  };
}

/** A purchase of 123.45 on 22 November 2026. */
export function purchase(changes: Partial<TransactionInput> = {}): TransactionInput {
  return {
    amountMinor: 12_345,
    currency: '156',
    currencyExponent: 2,
    type: 0x00,
    date: '261122',
    time: '101500',
    counter: 7,
    rng: countingRng(),
    ...changes,
  };
}

/** Data objects of a card's one record: good dates, no PIN, action codes that want nothing. */
export const RECORD: Readonly<Record<string, string>> = {
  '5A': '6200000000000000010F',
  '5F24': '311231',
  '5F34': '01',
  '8C': '9F02069F37049505',
  '8D': '8A029F37049505',
  '8E': '00000000000000001F00',
  '9F0D': '0000000000',
  '9F0E': '0000000000',
  '9F0F': '0000000000',
};

/** A card by its interchange profile, record and first cryptogram: all that most tests differ in. */
export function cardScript(
  changes: {
    readonly aip?: string;
    readonly record?: Readonly<Record<string, string>>;
    readonly without?: readonly string[];
    readonly more?: Script['card'];
  } = {},
): Script['card'] {
  const record = Object.fromEntries(
    Object.entries({ ...RECORD, ...changes.record }).filter(([tag]) => !changes.without?.includes(tag)),
  );
  return {
    '00A404000E': '6A82',
    [`00A4040008${AID}`]: `6F0A8408${AID}9000`,
    '80A8': template('77', { '82': changes.aip ?? '1C00', '94': '08010100' }),
    '00B2010C00': template('70', record),
    '80AE4000': cryptogram('40'),
    '80AE8000': cryptogram('80'),
    '80AE0000': cryptogram('00'),
    ...changes.more,
  };
}

/** Answer to GENERATE AC in format 1 with this cryptogram information. */
export function cryptogram(information: string): string {
  return `801D${information}00111122334455667788${'07010103A0A80201'.padEnd(36, '0')}9000`;
}

/** A card by contact, the terminal and the people, as far as they differ from an ordinary purchase. */
export interface Situation extends NonNullable<Parameters<typeof cardScript>[0]> {
  readonly terminal?: Parameters<typeof terminal>[0];
  readonly purchase?: Parameters<typeof purchase>[0];
  readonly people?: Script['people'];
}

/** The issuer approves, with these data objects. */
export const approves = (data = ''): KernelAnswer => ({
  answer: 'issuer',
  decision: 'approve',
  responseCode: '00',
  data: fromHex(data),
});

/** Plays a purchase by contact. */
export function run(situation: Situation = {}): Played {
  return play(contactTransaction(terminal(situation.terminal), purchase(situation.purchase)), {
    card: cardScript(situation),
    ...(situation.people === undefined ? {} : { people: situation.people }),
  });
}

/** What a dialogue came to. @throws Error when it has no result. */
export function resultOf({ outcome }: Played): TransactionResult {
  if ('result' in outcome) return outcome.result;
  if ('request' in outcome) return outcome.request;
  throw new Error(`no result in ${JSON.stringify(outcome)}`);
}

/** Outcome, TVR, TSI and CVM results in a row. */
export const words = (played: Played): string => {
  const { tvr, tsi, cvmResults } = resultOf(played);
  return `${played.outcome.outcome} ${toHex(tvr)} ${toHex(tsi)} ${cvmResults === undefined ? '-' : toHex(cvmResults)}`;
};
