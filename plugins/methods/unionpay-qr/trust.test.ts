import { expect, test } from 'vitest';
import { certIdOf, certifiedKey, issuedKey, keyPair } from '../../../sim/wallets/certificates.ts';
import { walletCrypto } from '../../../test/support/scripted-wallet.ts';
import { readUnionPayAccount } from './account.ts';
import { trustedCertificate } from './trust.ts';

const DAY_MS = 86_400_000;
const MADE = Date.UTC(2026, 10, 23);
const now = new Date(MADE);
const NAME = '041@8310000000083040@中国银联股份有限公司@00016494';
const root = await certifiedKey('root', now);
const middle = issuedKey(await keyPair(), 'middle', now, { commonName: 'root', privateKey: root.privateKey });
const under = { commonName: 'middle', privateKey: middle.privateKey };
const keys = await keyPair();
const signer = issuedKey(keys, NAME, now, under);
const stranger = await certifiedKey('root', now);
const roots = root.certificate + middle.certificate;

function trusted(settings: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>>, at = MADE) {
  const needed = ['baseUrl', 'merId', 'certId', 'acquirerIin', 'forwardingIin', 'mcc', 'merchantName', 'merchantCity'];
  const account = readUnionPayAccount({
    methodId: 'unionpay-qr',
    settings: { ...Object.fromEntries(needed.map((name) => [name, 'x'])), deviceIp: '127.0.0.1', ...settings },
    secrets: { privateKeyPem: 'x' },
  });
  return trustedCertificate({ walletCrypto, clock: { now: () => at, sleep: async () => {} } }, account, fields);
}

test('a certificate that the message brings is believed under the roots of the account', () => {
  const brought = { signPubKeyCert: signer.certificate };
  expect(trusted({ unionPayRoots: roots }, brought)).toBe(signer.certificate);
  const test = issuedKey(keys, '041@Z2017-1@00040000:SIGN@00000001', now, under);
  expect(trusted({ unionPayRoots: roots }, { signPubKeyCert: test.certificate })).toBe(test.certificate);
});

test.each([
  ['of another name', issuedKey(keys, '041@8310@某某支付有限公司@0001', now, under), MADE],
  ['that only mentions the name', issuedKey(keys, `${NAME.replaceAll('@', '')}`, now, under), MADE],
  ['of another root', issuedKey(keys, NAME, now, { commonName: 'root', privateKey: stranger.privateKey }), MADE],
  ['that signed itself', await certifiedKey(NAME, now), MADE],
  ['not valid yet', signer, MADE - 2 * DAY_MS],
  ['no longer valid', signer, MADE + 4_000 * DAY_MS],
])('a certificate %s is not', (_, { certificate }, at) => {
  expect(trusted({ unionPayRoots: roots }, { signPubKeyCert: certificate }, at)).toBeUndefined();
});

test('an intermediate certificate alone is no root, and a root alone does not reach', () => {
  const brought = { signPubKeyCert: signer.certificate };
  expect(trusted({ unionPayRoots: middle.certificate }, brought)).toBeUndefined();
  expect(trusted({ unionPayRoots: root.certificate }, brought)).toBeUndefined();
});

test('a certificate that the account holds is known by its serial number, and by its key', () => {
  const held = { [`unionPayCert.${certIdOf(signer)}`]: signer.certificate };
  expect(trusted(held, { certId: certIdOf(signer) })).toBe(signer.certificate);
  expect(trusted(held, { signPubKeyCert: signer.certificate })).toBe(signer.certificate);
  expect(trusted(held, { certId: '1' })).toBeUndefined();
  expect(trusted(held, {})).toBeUndefined();
  const other = { [`unionPayCert.${certIdOf(signer)}`]: stranger.certificate };
  expect(trusted(other, { signPubKeyCert: signer.certificate })).toBeUndefined();
});

test('what is no certificate is refused, and an account without any is not configured', () => {
  expect(() => trusted({ unionPayRoots: roots }, { signPubKeyCert: 'x' })).toThrow(
    expect.objectContaining({ code: 'not-a-certificate' }),
  );
  expect(() => trusted({}, {})).toThrow(
    expect.objectContaining({ params: { method: 'unionpay-qr', setting: 'unionPayRoots' } }),
  );
});
