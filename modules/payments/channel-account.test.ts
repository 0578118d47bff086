import { Fault } from '@zhanggui/base';
import { describe, expect, it } from 'vitest';
import { changeOf, isComplete } from './channel-account.ts';
import type { ChannelSetting } from './method.ts';

const title = { zh: '一项', en: 'a setting' };
const DESCRIPTION: readonly ChannelSetting[] = [
  { name: 'baseUrl', title, kind: 'url', required: true },
  { name: 'appId', title, kind: 'text', required: true },
  { name: 'storeId', title, kind: 'text', required: false },
  { name: 'platformKey', title, kind: 'pem', required: false, each: title },
  { name: 'privateKeyPem', title, kind: 'secret-pem', required: true },
];
const NEW = { settings: {}, secretsSet: {} };
const FULL = { settings: { baseUrl: 'https://api.example.com', appId: 'wx1' }, secretsSet: { privateKeyPem: 1 } };
const PEM = '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQ==\n-----END PUBLIC KEY-----';

function refused(
  values: Record<string, string>,
  account: typeof FULL | typeof NEW = FULL,
  simulated = true,
): readonly string[] {
  try {
    changeOf(DESCRIPTION, account, values, simulated);
  } catch (error) {
    if (error instanceof Fault && error.code === 'field-refused') return (error.fields ?? []).map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('a change of an account with a channel', () => {
  it('sorts what was typed into settings and secrets, and takes away what is empty', () => {
    expect(
      changeOf(
        DESCRIPTION,
        FULL,
        { appId: ' wx2 ', storeId: '', privateKeyPem: PEM, 'platformKey.PUB_KEY_ID_1': PEM },
        true,
      ),
    ).toEqual({
      settings: { appId: 'wx2', storeId: null, 'platformKey.PUB_KEY_ID_1': PEM },
      secrets: { privateKeyPem: PEM },
    });
  });

  it('takes keys as files and as one line of Base64, with the line ends of any machine', () => {
    const crlf = `${PEM.replaceAll('\n', '\r\n')}\r\n`;
    expect(changeOf(DESCRIPTION, FULL, { privateKeyPem: crlf }, true).secrets).toEqual({ privateKeyPem: PEM });
    expect(refused({ privateKeyPem: 'A'.repeat(64) })).toEqual([]);
  });

  it('names everything that is missing', () => {
    expect(refused({ storeId: '1' }, NEW)).toEqual(['values.baseUrl', 'values.appId', 'values.privateKeyPem']);
    expect(refused({ appId: '' })).toEqual(['values.appId']);
    expect(isComplete(DESCRIPTION, NEW)).toBe(false);
    expect(isComplete(DESCRIPTION, FULL)).toBe(true);
  });

  it.each([
    ['unknown', 'x'],
    ['appId', 'two\nlines'],
    ['platformKey', PEM],
    ['platformKey.a b', PEM],
    ['privateKeyPem', 'not a key'],
    ['baseUrl', 'ftp://example.com'],
    ['baseUrl', 'http://example.com'],
    ['baseUrl', 'https://example.com/?a=1'],
    ['baseUrl', 'https://user@example.com'],
  ])('refuses %s: %s', (name, value) => {
    expect(refused({ [name]: value })).toEqual([`values.${name}`]);
  });

  it.each(['https://api.mch.weixin.qq.com', 'http://127.0.0.1:8080/sim/wallets/wechat', 'https://a.example:8443/x'])(
    'takes the address %s',
    (baseUrl) => {
      expect(refused({ baseUrl })).toEqual([]);
    },
  );

  it.each([
    'http://127.0.0.1:8080/sim/wallets/wechat',
    'https://127.0.0.1/x',
    'https://localhost:5432',
    'https://[::1]/x',
    'https://169.254.169.254/latest',
    'https://10.0.0.1',
    'https://database:5432',
  ])('takes no address that leads inside where nothing is simulated: %s', (baseUrl) => {
    expect(refused({ baseUrl }, FULL, false)).toEqual(['values.baseUrl']);
    expect(refused({ baseUrl: 'https://api.mch.weixin.qq.com/v3' }, FULL, false)).toEqual([]);
  });
});
