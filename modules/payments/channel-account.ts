import { Fault } from '@zhanggui/base';
import type { ChannelAccount, ChannelChange } from '../merchants/api.ts';
import type { ChannelSetting } from './method.ts';

/** What people have typed: the new value by the name of each setting; an empty one takes it away. */
export type TypedValues = Readonly<Record<string, string>>;

/**
 * Sorts what was typed into plain settings and secrets, and holds it to what the method says of its account. An address on this
 * machine is taken where `simulated`, for there the channels are on it; elsewhere it would be a way to what else listens here.
 * @throws Fault `field-refused` naming `values.<name>` of everything that is unknown, malformed or, afterwards, missing.
 */
export function changeOf(
  description: readonly ChannelSetting[],
  account: Pick<ChannelAccount, 'settings' | 'secretsSet'>,
  typed: TypedValues,
  simulated: boolean,
): ChannelChange {
  const settings: Record<string, string | null> = {};
  const secrets: Record<string, string | null> = {};
  const wrong: Refused[] = [];
  for (const [name, text] of Object.entries(typed)) {
    const setting = settingOf(description, name);
    const value = setting !== undefined && isLong(setting) ? text.trim().replaceAll('\r\n', '\n') : text.trim();
    const problem = setting === undefined ? UNKNOWN : wrongWith(setting, value, simulated);
    if (problem !== null) wrong.push({ path: `values.${name}`, message: problem });
    else if (setting !== undefined) (isSecret(setting) ? secrets : settings)[name] = value === '' ? null : value;
  }
  for (const { name } of missing(description, account, { settings, secrets }))
    wrong.push({ path: `values.${name}`, message: MISSING });
  if (wrong.length > 0) throw new Fault('field-refused', { fields: wrong });
  return { settings, secrets };
}

interface Refused {
  readonly path: string;
  readonly message: { readonly zh: string; readonly en: string };
}

/** Whether everything is there that the channel cannot be spoken to without. */
export function isComplete(
  description: readonly ChannelSetting[],
  account: Pick<ChannelAccount, 'settings' | 'secretsSet'>,
): boolean {
  return missing(description, account, { settings: {}, secrets: {} }).length === 0;
}

/** Whether a value goes into the vault. */
export function isSecret({ kind }: ChannelSetting): boolean {
  return kind === 'secret' || kind === 'secret-pem';
}

const UNKNOWN = { zh: '没有这一项', en: 'there is no such setting' };
const MISSING = { zh: '请填写', en: 'is required' };
const NOT_AN_ADDRESS = { zh: '请填写 https:// 开头的网址', en: 'must be an address that begins with https://' };
const NOT_A_KEY = { zh: '不是密钥或证书文件的内容', en: 'is not the content of a key or certificate file' };
const TOO_LONG = { zh: '太长，或含有不能用的字符', en: 'is too long or holds characters that cannot be used' };

/** A name that the whole world knows: no bare number, and no name of the network at home. */
const ADDRESS = /^https:\/\/([\w-]+\.)+[a-z]{2,}(:\d{1,5})?(\/[^\s?#]*)?$/i;
const HERE = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?(\/[^\s?#]*)?$/;
const KEY_FILE =
  /^(-----BEGIN [A-Z0-9 ]+-----\n[A-Za-z0-9+/=\n]+\n?-----END [A-Z0-9 ]+-----\n?)+$|^[A-Za-z0-9+/]{60,}={0,2}$/;
const ONE_LINE = /^[^\p{Cc}]{0,500}$/u;
const LONGEST_FILE = 40_000;

function wrongWith(setting: ChannelSetting, value: string, simulated: boolean): Refused['message'] | null {
  if (value === '') return null;
  if (isLong(setting)) return value.length <= LONGEST_FILE && KEY_FILE.test(value) ? null : NOT_A_KEY;
  if (!ONE_LINE.test(value)) return TOO_LONG;
  if (setting.kind !== 'url') return null;
  return ADDRESS.test(value) || (simulated && HERE.test(value)) ? null : NOT_AN_ADDRESS;
}

function isLong({ kind }: ChannelSetting): boolean {
  return kind === 'pem' || kind === 'secret-pem';
}

function settingOf(description: readonly ChannelSetting[], name: string): ChannelSetting | undefined {
  return description.find((setting) =>
    setting.each === undefined
      ? setting.name === name
      : name.startsWith(`${setting.name}.`) && /^[\w-]{1,80}$/.test(name.slice(setting.name.length + 1)),
  );
}

function missing(
  description: readonly ChannelSetting[],
  account: Pick<ChannelAccount, 'settings' | 'secretsSet'>,
  change: ChannelChange,
): readonly ChannelSetting[] {
  const settings = { ...account.settings, ...change.settings };
  const secrets = { ...account.secretsSet, ...change.secrets };
  const isThere = (setting: ChannelSetting): boolean => {
    const values: Readonly<Record<string, unknown>> = isSecret(setting) ? secrets : settings;
    const names = Object.keys(values).filter((name) => values[name] !== null && values[name] !== '');
    return names.some((name) => settingOf([setting], name) !== undefined);
  };
  return description.filter((setting) => setting.required && !isThere(setting));
}
