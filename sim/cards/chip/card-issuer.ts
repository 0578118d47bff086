import { concatBytes, equalBytes, utf8Encode } from '@zhanggui/base';
import { encodeTlv, type TagValues, type TlvItem } from '@zhanggui/emv';
import {
  computeArpc1,
  computeArpc2,
  computeCryptogram,
  computeScriptMac,
  deriveCryptogramKey,
  deriveScriptKey,
  scriptMacContext,
} from '@zhanggui/paycrypto';
import { cryptogramData } from './cryptogram-data.ts';
import { cardKeys } from './issuer-keys.ts';
import type { ApplicationData } from './personalisation.ts';

/** The application whose bank answers. */
export type IssuedApplication = Pick<ApplicationData, 'profile' | 'pan' | 'panSequenceNumber'>;

/** A script of the bank: its template, and the header of each command before its MAC. */
export interface ScriptOrder {
  readonly template: '71' | '72';
  readonly identifier: Uint8Array;
  /** CLA INS P1 P2 of each command, and what data it carries before its MAC. */
  readonly headers: readonly Uint8Array[];
}

/** Whether the cryptogram in field 55 is the card's over the data in field 55. EMV Book 2 clause 8.1. */
export function cryptogramHolds(application: IssuedApplication, values: TagValues): boolean {
  const expected = computeCryptogram(sessionKey(application, values), cryptogramData(application.profile, values), {
    padding: cardKeys(application.profile, application).profile.padding,
  });
  return equalBytes(expected, need(values, '9F26'));
}

/** Field 55 of the bank's answer: authentication data, response code, scripts. EMV Book 2 clauses 8.2 and 9.2. */
export function issuerAnswer(
  application: IssuedApplication,
  values: TagValues,
  responseCode: string,
  scripts: readonly ScriptOrder[] = [],
): Uint8Array {
  const { profile, cryptogram } = cardKeys(application.profile, application);
  const key = profile.arpcKey === 'session' ? sessionKey(application, values) : cryptogram;
  const arqc = need(values, '9F26');
  const code = utf8Encode(responseCode);
  const update = Uint8Array.of(0x00, 0x80, 0x00, 0x00);
  const data =
    profile.arpcMethod === 1
      ? concatBytes(computeArpc1(key, arqc, code), code)
      : concatBytes(computeArpc2(key, arqc, update), update);
  return encodeTlv([
    { tag: '91', value: data },
    { tag: '8A', value: code },
    ...scripts.map((script) => scriptItem(application, values, script)),
  ]);
}

/** Each command with its MAC of 8 bytes. EMV Book 3 clause 10.10. */
function scriptItem(application: IssuedApplication, values: TagValues, script: ScriptOrder): TlvItem {
  const { profile, scriptMac } = cardKeys(application.profile, application);
  const [atc, arqc] = [need(values, '9F36'), need(values, '9F26')];
  const key = deriveScriptKey(scriptMac, profile, atc, arqc);
  const commands = script.headers.map((command) => {
    const [header, carried] = [command.subarray(0, 4), command.subarray(4)];
    const start = concatBytes(header, Uint8Array.of(carried.length + 8));
    const covered = concatBytes(start, scriptMacContext(profile, atc, arqc), carried);
    return concatBytes(start, carried, computeScriptMac(key, covered));
  });
  return {
    tag: script.template,
    value: [{ tag: '9F18', value: script.identifier }, ...commands.map((value) => ({ tag: '86', value }))],
  };
}

function sessionKey(application: IssuedApplication, values: TagValues): ReturnType<typeof deriveCryptogramKey> {
  const { profile, cryptogram } = cardKeys(application.profile, application);
  return deriveCryptogramKey(cryptogram, profile, {
    atc: need(values, '9F36'),
    unpredictableNumber: need(values, '9F37'),
  });
}

/** @throws Error when field 55 lacks what every request carries. */
function need(values: TagValues, tag: string): Uint8Array {
  const value = values.get(tag);
  if (value === undefined) throw new Error(`field 55 lacks ${tag}`);
  return value;
}
