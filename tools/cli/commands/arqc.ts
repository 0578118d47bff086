import { toHex } from '@zhanggui/base';
import {
  computeArpc1,
  computeArpc2,
  computeCryptogram,
  deriveCardMasterKey,
  deriveCryptogramKey,
  EMV_PROFILES,
  type EmvProfile,
  type SecretKey,
  verifyCryptogram,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, keyFrom, table } from '../values.ts';

const PROFILES = Object.keys(EMV_PROFILES) as (keyof typeof EMV_PROFILES)[];

export const arqc: Command = {
  name: 'arqc',
  summary: 'application cryptograms of chip cards (ARQC, TC, AAC) and the issuer’s answer (ARPC)',
  forms: [
    'compute DATA|- --profile P --atc HEX',
    'verify DATA|- --arqc HEX …',
    'arpc --arqc HEX --response-code HEX|--csu HEX …',
  ],
  options: {
    profile: { type: 'string', value: 'P', help: `${PROFILES.join(', ')} (default: unionpay-01)` },
    atc: { type: 'string', value: 'HEX', help: 'application transaction counter, tag 9F36' },
    un: { type: 'string', value: 'HEX', help: 'unpredictable number, tag 9F37 (default: zeros)' },
    psn: { type: 'string', value: 'NN', help: 'PAN sequence number, tag 5F34 (default: 00)' },
    arqc: { type: 'string', value: 'HEX', help: 'the cryptogram, tag 9F26' },
    'response-code': { type: 'string', value: 'HEX', help: 'arpc method 1: authorisation response code, tag 8A' },
    csu: { type: 'string', value: 'HEX', help: 'arpc method 2: card status update' },
  },
  secrets: { key: "Issuer's master key (hex)", pan: 'Card number' },
  examples: [
    {
      args: 'compute 0000000001000000000000000156000000000001562611220012345678 --profile unionpay-01 --atc 0001 --key-file imk.txt --pan-file pan.txt',
      says: 'the cryptogram over the data of CDOL1 and the card',
      files: { 'imk.txt': '0123456789ABCDEFFEDCBA9876543210', 'pan.txt': '6228480000000000018' },
    },
    {
      args: 'arpc --arqc 1122334455667788 --response-code 3030 --atc 0001 --key-file imk.txt --pan-file pan.txt',
      says: "the issuer's answer that tag 91 carries",
      files: { 'imk.txt': '0123456789ABCDEFFEDCBA9876543210', 'pan.txt': '6228480000000000018' },
    },
  ],
  async run(call) {
    switch (call.positionals[0]) {
      case 'compute':
        return compute(call);
      case 'verify':
        return verify(call);
      case 'arpc':
        return arpc(call);
      default:
        throw new UsageError('Say what to do: compute, verify or arpc.');
    }
  },
};

async function compute(call: Call): Promise<Answer> {
  const data = bytesOf(await call.data(1, 'the data'), 'the data');
  const { profile, session } = await keys(call);
  const cryptogram = toHex(computeCryptogram(session, data, { padding: profile.padding }));
  return withKey(cryptogram, { cryptogram }, session);
}

async function verify(call: Call): Promise<Answer> {
  const data = bytesOf(await call.data(1, 'the data'), 'the data');
  const given = hexOption(call, 'arqc');
  const { profile, session } = await keys(call);
  const right = verifyCryptogram(session, data, given, { padding: profile.padding });
  return { text: right ? 'right' : 'wrong', data: { right }, negative: !right };
}

async function arpc(call: Call): Promise<Answer> {
  const given = hexOption(call, 'arqc');
  const { profile, card, session } = await keys(call);
  const key = profile.arpcKey === 'session' ? session : card;
  const answer = toHex(
    profile.arpcMethod === 1
      ? computeArpc1(key, given, hexOption(call, 'response-code'))
      : computeArpc2(key, given, hexOption(call, 'csu')),
  );
  return withKey(answer, { method: profile.arpcMethod, arpc: answer }, key);
}

function withKey(value: string, data: object, key: SecretKey): Answer {
  const text = table([
    ['value', value],
    ['key', `${key.usage}, KCV ${key.checkValue()}`],
  ]);
  return { text, data: { ...data, keyCheckValue: key.checkValue() } };
}

async function keys(call: Call): Promise<{ profile: EmvProfile; card: SecretKey; session: SecretKey }> {
  const name = call.option('profile') ?? 'unionpay-01';
  const known = PROFILES.find((each) => each === name);
  if (known === undefined) throw new UsageError(`--profile is one of ${PROFILES.join(', ')}.`);
  const profile: EmvProfile = EMV_PROFILES[known];
  const atc = hexOption(call, 'atc');
  const unpredictableNumber = bytesOf(call.option('un') ?? '00000000', '--un');
  const issuer = await keyFrom(call, 'key', 'TDES', 'emv-issuer-master');
  const pan = await call.secret('pan');
  const card = deriveCardMasterKey(
    issuer,
    { pan, panSequenceNumber: call.option('psn') ?? '00' },
    profile.masterKeyOption,
  );
  return { profile, card, session: deriveCryptogramKey(card, profile, { atc, unpredictableNumber }) };
}

function hexOption(call: Call, name: string): Uint8Array {
  const value = call.option(name);
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return bytesOf(value, `--${name}`);
}
