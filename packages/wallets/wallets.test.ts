import { generateKeyPairSync } from 'node:crypto';
import { fromBase64 } from '@zhanggui/base';
import { sm2SignatureFromDer } from '@zhanggui/paycrypto';
import { describe, expect, test } from 'vitest';
import {
  alipayNotificationMessage,
  alipayRequestMessage,
  alipaySignedText,
  decryptAlipayContent,
  decryptWechatField,
  encryptAlipayContent,
  encryptWechatField,
  formatWechatAuthorization,
  openWechatResource,
  parseWechatAuthorization,
  sealWechatResource,
  signAlipay,
  signWechat,
  verifyAlipayAnswer,
  verifyAlipayNotification,
  verifyWechat,
  verifyWechatSigned,
  WalletRefusal,
  wechatAnswerMessage,
  wechatPaySignMessage,
} from './index.ts';
import { nodeWalletCrypto } from './node/crypto.ts';

const crypto = nodeWalletCrypto();
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const withoutArmour = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('WeChat Pay API v3', () => {
  test('an Authorization header can be read back, whatever the order of its members', () => {
    const parts = {
      scheme: 'WECHATPAY2-SHA256-RSA2048' as const,
      merchantId: '1900000001',
      serialNumber: 'AB12',
      timestamp: '1700000000',
      nonce: 'n1',
      signature: 'c2ln',
    };
    expect(parseWechatAuthorization(formatWechatAuthorization(parts))).toEqual(parts);
    const shuffled =
      'WECHATPAY2-SHA256-RSA2048 signature="c2ln",serial_no="AB12", timestamp="1700000000",nonce_str="n1",mchid="1900000001"';
    expect(parseWechatAuthorization(shuffled)).toEqual(parts);
  });

  test.each([
    ['Basic mchid="1"', 'unknown-scheme'],
    ['WECHATPAY2-SHA256-RSA2048', 'unknown-scheme'],
    ['WECHATPAY2-SHA256-RSA2048 mchid=1', 'malformed-authorization'],
    ['WECHATPAY2-SHA256-RSA2048 mchid="1",mchid="2"', 'malformed-authorization'],
    ['WECHATPAY2-SHA256-RSA2048 mchid="1"', 'malformed-authorization'],
  ])('the Authorization header %s is refused as %s', (header, code) => {
    expect(refusalOf(() => parseWechatAuthorization(header))).toBe(code);
  });

  const body = '{"trade_state":"SUCCESS"}';
  const headersAt = (timestamp: string, nonce = 'n2'): Record<string, string> => ({
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': 'PUB_KEY_ID_01',
    'wechatpay-signature': signWechat(crypto, privateKey, wechatAnswerMessage({ timestamp, nonce, body })),
  });
  const trust = {
    publicKeyOf: (serial: string) => (serial === 'PUB_KEY_ID_01' ? publicKey : undefined),
    nowS: 1_700_000_000,
  };

  test('an answer of the last five minutes with a known serial and the right signature is believed', () => {
    for (const timestamp of ['1699999700', '1700000300'])
      expect(verifyWechatSigned(crypto, { headers: headersAt(timestamp), body }, trust)).toContain(body);
  });

  test.each([
    ['older than five minutes', headersAt('1699999699'), body, 'stale-timestamp'],
    ['from the future', headersAt('1700000301'), body, 'stale-timestamp'],
    ['at no time', { ...headersAt('1700000000'), 'wechatpay-timestamp': 'soon' }, body, 'stale-timestamp'],
    ['of an unknown serial', { ...headersAt('1700000000'), 'wechatpay-serial': 'AB12' }, body, 'unknown-serial'],
    ['with one blank more in the body', headersAt('1700000000'), '{"trade_state": "SUCCESS"}', 'bad-signature'],
    ['with another nonce', { ...headersAt('1700000000'), 'wechatpay-nonce': 'n3' }, body, 'bad-signature'],
    ['with an unreadable signature', { ...headersAt('1700000000'), 'wechatpay-signature': '!' }, body, 'bad-signature'],
    ['without a nonce', { ...headersAt('1700000000'), 'wechatpay-nonce': '' }, body, 'header-missing'],
  ])('an answer %s is refused', (_, headers, received, code) => {
    expect(refusalOf(() => verifyWechatSigned(crypto, { headers, body: received }, trust))).toBe(code);
  });

  test('a notification resource is opened with a 32-byte API v3 key', () => {
    const resource = {
      nonce: 'abcdefghijkl',
      associatedData: 'transaction',
      ciphertext: 'Eu6myr+6GaECeJdOZPZ6BX5lij2Vohspf9pbw6Eor54J6prefQGx4A8pw4JzQ/lkgFh/UIp8nXF6h6aOBw==',
    };
    const opened = openWechatResource(crypto, '0123456789abcdef0123456789abcdef', resource);
    expect(opened).toBe('{"out_trade_no":"T1","trade_state":"SUCCESS"}');
    expect(refusalOf(() => openWechatResource(crypto, '0123456789abcdef', resource))).toBe('undecipherable');
    expect(refusalOf(() => openWechatResource(crypto, '0', resource))).toBe('key-length');
    expect(refusalOf(() => openWechatResource(crypto, '0123456789abcdef', { ...resource, nonce: 'abc' }))).toBe(
      'nonce-length',
    );
  });

  test('a sensitive field comes back with the matching key, given as PEM or without armour', () => {
    const sealed = encryptWechatField(crypto, withoutArmour(publicKey), '张三');
    expect(decryptWechatField(crypto, withoutArmour(privateKey), sealed)).toBe('张三');
  });

  test('the cashier on the phone is opened by four lines', () => {
    expect(
      wechatPaySignMessage({ appId: 'wx1', timestamp: 1414561699, nonce: 'n', packageText: 'prepay_id=wx2' }),
    ).toBe('wx1\n1414561699\nn\nprepay_id=wx2\n');
  });
});

describe('Alipay Open API', () => {
  test('the signed text of a request drops empty parameters and the signature, and is not URL-encoded', () => {
    const message = alipayRequestMessage({ b: 'x&y=中', a: '', sign: 'zzz', sign_type: 'RSA2', B: '1' });
    expect(message).toBe('B=1&b=x&y=中&sign_type=RSA2');
  });

  test.each(['V1', 'V2'] as const)(
    'a notification signed by rule %s is found good, and bad when its amount changes',
    (rule) => {
      const params = { app_id: '2021', out_trade_no: 'T1', total_amount: '0.01', sign_type: 'RSA2' };
      const signed = { ...params, sign: signAlipay(crypto, privateKey, alipayNotificationMessage(params, rule)) };
      expect(verifyAlipayNotification(crypto, publicKey, signed)).toBe(true);
      expect(verifyAlipayNotification(crypto, publicKey, signed, rule === 'V1' ? 'V2' : 'V1')).toBe(false);
      expect(verifyAlipayNotification(crypto, publicKey, { ...signed, total_amount: '100.00' })).toBe(false);
      expect(verifyAlipayNotification(crypto, publicKey, params)).toBe(false);
    },
  );

  test('a notification under the old RSA algorithm is found good', () => {
    const params = { out_trade_no: 'T1', sign_type: 'RSA' };
    const signed = { ...params, sign: signAlipay(crypto, privateKey, alipayNotificationMessage(params, 'V1'), 'RSA') };
    expect(verifyAlipayNotification(crypto, publicKey, signed)).toBe(true);
    expect(verifyAlipayNotification(crypto, publicKey, { ...signed, sign_type: 'MD5' })).toBe(false);
  });

  test('the signed text is cut out as it came, escapes and blanks included', () => {
    const inner = '{ "code":"10000", "sub_msg":"a \\"sign\\": } \\u4e2d\\/", "list":[{"sign":"x"},1.50] }';
    const answer = `{ "sign" : "abc", "alipay_cert_sn":"1", "alipay_trade_pay_response" : ${inner} }`;
    expect(alipaySignedText(answer, 'alipay_trade_pay_response')).toBe(inner);
  });

  test('the signed text of an encrypted answer is its quoted Base64', () => {
    expect(alipaySignedText('{"x_response":"AbC=","sign":"s"}', 'x_response')).toBe('"AbC="');
  });

  test('a wrongly signed, unsigned or doubled answer is not believed', () => {
    const inner = '{"code":"10000","total_amount":"0.10"}';
    const sign = signAlipay(crypto, privateKey, inner);
    expect(verifyAlipayAnswer(crypto, publicKey, `{"r":${inner},"sign":"${sign}"}`, 'r')).toBe(true);
    const serialisedAgain = inner.replace(',', ', ');
    expect(verifyAlipayAnswer(crypto, publicKey, `{"r":${serialisedAgain},"sign":"${sign}"}`, 'r')).toBe(false);
    expect(verifyAlipayAnswer(crypto, publicKey, `{"r":${inner}}`, 'r')).toBe(false);
    expect(refusalOf(() => verifyAlipayAnswer(crypto, publicKey, `{"r":{},"r":${inner},"sign":"${sign}"}`, 'r'))).toBe(
      'malformed-answer',
    );
    expect(refusalOf(() => alipaySignedText(`{"r":${inner}`, 'r'))).toBe('malformed-answer');
    expect(refusalOf(() => alipaySignedText('{"error_response":{}}', 'r'))).toBe('response-missing');
  });

  test('encrypted content comes back, and a changed block is refused', () => {
    const key = 'aYA0GP8JEW+D7/UFaskCWA==';
    const sealed = encryptAlipayContent(crypto, key, '{"名":"苹果"}');
    expect(decryptAlipayContent(crypto, key, sealed)).toBe('{"名":"苹果"}');
    expect(refusalOf(() => decryptAlipayContent(crypto, key, 'AAAAAAAAAAAAAAAAAAAAAA=='))).toBe('undecipherable');
    expect(refusalOf(() => decryptAlipayContent(crypto, key, ''))).toBe('block-length');
  });
});

test('a key that is no RSA key is refused without being repeated', () => {
  const ec = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' } as const,
    publicKeyEncoding: { type: 'spki', format: 'pem' } as const,
  });
  for (const key of [ec.privateKey, 'not a key', publicKey])
    expect(refusalOf(() => signWechat(crypto, key, 'x'))).toBe('unusable-key');
  expect(refusalOf(() => crypto.rsaVerify('sha256', privateKey, new Uint8Array(1), new Uint8Array(256)))).toBe(
    'unusable-key',
  );
});

test('signing in the background gives the same signature', async () => {
  const message = new Uint8Array([1, 2, 3]);
  const later = await crypto.rsaSignInBackground('sha256', privateKey, message);
  expect(later).toEqual(crypto.rsaSign('sha256', privateKey, message));
});

describe('WeChat Pay with SM2, SM3 and SM4', () => {
  const sm2 = generateSm2Pair();
  const scheme = 'WECHATPAY2-SM2-WITH-SM3' as const;

  test('a signature is good under its own key and message only, and an RSA key is no SM2 key', () => {
    const signature = signWechat(crypto, sm2.privateKey, 'm', scheme);
    expect(verifyWechat(crypto, sm2.publicKey, 'm', signature, scheme)).toBe(true);
    expect(verifyWechat(crypto, sm2.publicKey, 'n', signature, scheme)).toBe(false);
    expect(verifyWechat(crypto, generateSm2Pair().publicKey, 'm', signature, scheme)).toBe(false);
    expect(verifyWechat(crypto, sm2.publicKey, 'm', 'AAAA', scheme)).toBe(false);
    expect(refusalOf(() => verifyWechat(crypto, publicKey, 'm', signature, scheme))).toBe('unusable-key');
    expect(refusalOf(() => signWechat(crypto, privateKey, 'm', scheme))).toBe('unusable-key');
  });

  test('the signature printed in the public guide is DER of two integers', () => {
    const printed = 'MEYCIQC9Pab48+YSk12XBmbFOptRwDxbOy/deyz2haXso+UJhAIhAIXMAPRvH1qruowl21i8w/Ahy0/SpQvBrpcl9NGLomeV';
    const { r, s } = sm2SignatureFromDer(fromBase64(printed));
    expect([r.length, s.length]).toEqual([32, 32]);
  });

  test('an answer names its scheme, and one of a scheme that nobody knows is refused', () => {
    const body = '{}';
    const timestamp = '1700000000';
    const signature = signWechat(crypto, sm2.privateKey, wechatAnswerMessage({ timestamp, nonce: 'n', body }), scheme);
    const headers = {
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': 'n',
      'Wechatpay-Serial': 'A',
      'Wechatpay-Signature': signature,
      'Wechatpay-Signature-Type': scheme as string,
    };
    const trust = { publicKeyOf: () => sm2.publicKey, nowS: 1_700_000_000 };
    expect(refusalOf(() => verifyWechatSigned(crypto, { headers, body }, trust))).toBe('accepted');
    const other = { ...headers, 'Wechatpay-Signature-Type': 'WECHATPAY3' };
    expect(refusalOf(() => verifyWechatSigned(crypto, { headers: other, body }, trust))).toBe('unknown-scheme');
  });

  test('a resource is sealed under the first half of the digest of the API v3 key', () => {
    const key = '0123456789abcdef0123456789abcdef';
    const parts = { algorithm: 'AEAD_SM4_GCM', nonce: 'abcdefghijkl', associatedData: 'transaction' } as const;
    const ciphertext = sealWechatResource(crypto, key, { ...parts, plaintext: '{"a":1}' });
    expect(openWechatResource(crypto, key, { ...parts, ciphertext })).toBe('{"a":1}');
    expect(
      refusalOf(() => openWechatResource(crypto, key, { ...parts, algorithm: 'AEAD_AES_256_GCM', ciphertext })),
    ).toBe('undecipherable');
    expect(refusalOf(() => openWechatResource(crypto, key.replace('0', '1'), { ...parts, ciphertext }))).toBe(
      'undecipherable',
    );
  });
});

/** An SM2 key pair by another implementation than ours. */
function generateSm2Pair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'SM2',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}
