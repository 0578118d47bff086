import { fromHex } from '@zhanggui/base';
import {
  type ApplicationSettings,
  type CaKey,
  checkCaKey,
  EmvRefusal,
  onlineCapability,
  parseDol,
} from '@zhanggui/emv';
import type { ReaderSettings } from '@zhanggui/terminal';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const hex = (bytes?: number) =>
  Type.String({ pattern: bytes === undefined ? '^([0-9A-Fa-f]{2})+$' : `^[0-9A-Fa-f]{${bytes * 2}}$` });
const minor = Type.Integer({ minimum: 0 });
/** Hundreds of microseconds, as DF8132 to DF8136 count. */
const tenths = Type.Integer({ minimum: 0, maximum: 0xffff });
const percent = Type.Integer({ minimum: 0, maximum: 99 });

/** What a terminal reads chips by, as its acquirer gives it: the file `parameters.json`. All bytes are hexadecimal. */
const Parameters = Type.Object({
  /** Data objects of the terminal by their tags: 9F1A, 9F33, 9F35 and 9F40 at least. */
  values: Type.Record(Type.String({ pattern: '^([0-9A-F]{2}){1,3}$' }), hex()),
  applications: Type.Array(
    Type.Object({
      aid: Type.String({ pattern: '^([0-9A-Fa-f]{2}){5,16}$' }),
      match: Type.Union([Type.Literal('partial'), Type.Literal('exact')]),
      version: hex(2),
      denial: hex(5),
      online: hex(5),
      default: hex(5),
      floorLimitMinor: minor,
      random: Type.Optional(
        Type.Object({ thresholdMinor: minor, targetPercent: percent, maximumTargetPercent: percent }),
      ),
      defaultDdol: Type.Optional(hex()),
      defaultTdol: Type.Optional(hex()),
      contactless: Type.Optional(
        Type.Object({
          kernel: Type.Union([Type.Literal(2), Type.Literal(3), Type.Literal(7)]),
          transactionLimitMinor: minor,
          cvmLimitMinor: minor,
          floorLimitMinor: minor,
          ttq: hex(4),
          onDeviceTransactionLimitMinor: Type.Optional(minor),
          cvmCapabilities: Type.Optional(
            Type.Object({
              required: Type.Integer({ minimum: 0, maximum: 255 }),
              notRequired: Type.Integer({ minimum: 0, maximum: 255 }),
            }),
          ),
          smallAmountsFree: Type.Optional(Type.Boolean()),
          onDeviceCvm: Type.Optional(Type.Boolean()),
          relayResistance: Type.Optional(
            Type.Object({
              minimumGrace: tenths,
              maximumGrace: tenths,
              commandTransmission: tenths,
              answerTransmission: tenths,
              accuracyThreshold: tenths,
              mismatchPercent: Type.Integer({ minimum: 0, maximum: 255 }),
            }),
          ),
          extendedSelection: Type.Optional(Type.Boolean()),
        }),
      ),
    }),
    { minItems: 1 },
  ),
  caKeys: Type.Array(
    Type.Object({
      rid: hex(5),
      index: Type.Integer({ minimum: 0, maximum: 255 }),
      algorithm: Type.Union([Type.Literal('RSA'), Type.Literal('SM2')]),
      modulus: hex(),
      exponent: Type.String({ pattern: '^([0-9A-Fa-f]{2}){0,3}$' }),
      checkSum: Type.Optional(hex()),
    }),
  ),
  revokedCertificates: Type.Optional(
    Type.Array(Type.Object({ rid: hex(5), index: Type.Integer({ minimum: 0, maximum: 255 }), serial: hex(3) })),
  ),
  cardholderSelection: Type.Boolean(),
  pinBlockFormat: Type.Union([Type.Literal(0), Type.Literal(4)]),
});

export type ReaderParameters = Static<typeof Parameters>;

const parameters = Compile(Parameters);

/**
 * A terminal's settings of its parameters. Which readers there are is found out for each read; a stripe is read by none of them.
 * @throws RangeError when they are not such parameters; the message names the first place.
 */
export function readerSettings(content: unknown): Omit<ReaderSettings, 'readers'> {
  if (!parameters.Check(content)) {
    const [first] = parameters.Errors(content);
    throw new RangeError(`the terminal's parameters are not in order at ${first?.instancePath || 'the top'}`);
  }
  const { values, applications, caKeys, revokedCertificates = [], cardholderSelection, pinBlockFormat } = content;
  requireTerminalValues(values);
  return {
    emv: {
      values: new Map(Object.entries(values).map(([tag, value]) => [tag, fromHex(value)])),
      applications: applications.map(applicationOf),
      caKeys: caKeys.map(caKeyOf),
      revokedCertificates: revokedCertificates.map(({ rid, index, serial }) => ({
        rid: fromHex(rid),
        index,
        serial: serial.toUpperCase(),
      })),
      cardholderSelection,
      stripeWhenNoApplication: false,
    },
    stripe: { stripe: false, fallback: false, failuresBeforeFallback: 1 },
    pinBlockFormat,
  };
}

/** What every transaction asks the terminal for, and its type. EMV Book 4 Annex A. */
const TERMINAL_VALUES: Readonly<Record<string, number>> = { '9F1A': 2, '9F33': 3, '9F35': 1, '9F40': 5 };

function requireTerminalValues(values: ReaderParameters['values']): void {
  for (const [tag, bytes] of Object.entries(TERMINAL_VALUES))
    if (values[tag]?.length !== bytes * 2)
      throw new RangeError(`the terminal's value ${tag} is missing or cannot be so`);
  requireEmv(
    () => onlineCapability(Number.parseInt(values['9F35'] ?? '', 16)),
    'the terminal type 9F35 is none of EMV',
  );
}

type Application = ReaderParameters['applications'][number];

function applicationOf(application: Application): ApplicationSettings {
  const { aid, match, version, denial, online, floorLimitMinor, contactless } = application;
  const { random, defaultDdol, defaultTdol } = application;
  requireRandomSelection(application);
  requireLists(application);
  return {
    aid: fromHex(aid),
    match,
    version: fromHex(version),
    actionCodes: { denial: fromHex(denial), online: fromHex(online), default: fromHex(application.default) },
    floorLimitMinor,
    ...(random === undefined ? {} : { random }),
    ...(defaultDdol === undefined ? {} : { defaultDdol: fromHex(defaultDdol) }),
    ...(defaultTdol === undefined ? {} : { defaultTdol: fromHex(defaultTdol) }),
    ...(contactless === undefined ? {} : { contactless: { ...contactless, ttq: fromHex(contactless.ttq) } }),
  };
}

/** What cannot be is found now, not in the middle of a purchase. EMV Book 3 clause 10.6.2. */
function requireRandomSelection({ aid, random, floorLimitMinor }: Application): void {
  if (random === undefined) return;
  const { thresholdMinor, targetPercent, maximumTargetPercent } = random;
  const sound = maximumTargetPercent >= targetPercent && (thresholdMinor === 0 || thresholdMinor < floorLimitMinor);
  if (!sound) throw new RangeError(`the random selection of ${aid} cannot be so`);
}

/** The default DDOL must hold the unpredictable number. EMV Book 2 clause 6.5.1. */
function requireLists({ aid, defaultDdol = '9F3704', defaultTdol = '' }: Application): void {
  const ddol = requireEmv(() => parseDol(fromHex(defaultDdol)), `the default DDOL of ${aid} is no list`);
  if (!ddol.some(({ tag, length }) => tag === '9F37' && length === 4))
    throw new RangeError(`the default DDOL of ${aid} lacks the unpredictable number`);
  requireEmv(() => parseDol(fromHex(defaultTdol)), `the default TDOL of ${aid} is no list`);
}

/** @throws RangeError in these words when a rule of EMV is broken. */
function requireEmv<Result>(check: () => Result, words: string): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof EmvRefusal) throw new RangeError(words, { cause: error });
    throw error;
  }
}

/** A key that is not the one its check sum was published with is never used. EMV Book 2 clause 11.2.2. */
function caKeyOf({ rid, index, algorithm, modulus, exponent, checkSum }: ReaderParameters['caKeys'][number]): CaKey {
  const key: CaKey = {
    rid: fromHex(rid),
    index,
    algorithm,
    modulus: fromHex(modulus),
    exponent: fromHex(exponent),
    ...(checkSum === undefined ? {} : { checkSum: fromHex(checkSum) }),
  };
  const words = `the authority's key ${rid} ${index} is not what its check sum says`;
  if (requireEmv(() => checkCaKey(key), words).matches === false) throw new RangeError(words);
  return key;
}
