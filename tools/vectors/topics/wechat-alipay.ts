import { toHex, utf8Encode } from '@zhanggui/base';
import {
  type AlipayNotificationRule,
  alipayCertificateSn,
  alipayRequestMessage,
  alipayResponseKey,
  alipayRootCertificateSn,
  alipaySignedText,
  alipaySignType,
  decryptAlipayContent,
  decryptWechatField,
  encryptAlipayContent,
  formatWechatAuthorization,
  openWechatNotification,
  openWechatResource,
  sealWechatResource,
  signAlipay,
  signWechat,
  verifyAlipayAnswer,
  verifyAlipayNotification,
  verifyWechat,
  WalletRefusal,
  wechatAnswerMessage,
  wechatPaySignMessage,
  wechatRequestMessage,
} from '@zhanggui/wallets';
import { nodeWalletCrypto } from '@zhanggui/wallets/node/crypto.ts';
import { Facts, HexText, type Inputs, type Kind, type Kinds } from '../kind.ts';

const crypto = nodeWalletCrypto();

function text(inputs: Inputs, ...names: readonly string[]): string {
  const found = names.map((name) => inputs[name]).find((value) => value !== undefined);
  if (typeof found === 'string') return found;
  if (typeof found === 'number') return String(found);
  throw new TypeError(`the vector has no ${names.join(' or ')}`);
}

function optionalText(inputs: Inputs, ...names: readonly string[]): string | undefined {
  return names.some((name) => inputs[name] !== undefined && inputs[name] !== null) ? text(inputs, ...names) : undefined;
}

const PRIVATE_KEYS = ['privateKeyPkcs8', 'privateKeyPkcs1', 'privateKey'] as const;

function privateKeyOf(inputs: Inputs): string {
  return text(inputs, ...PRIVATE_KEYS);
}

function publicKeyOf(inputs: Inputs): string {
  return text(inputs, 'publicKeySpki', 'certificateDer', 'publicKey');
}

/** Parameters as they would stand in a form: everything is text, nested values are JSON. */
function formParams(inputs: Inputs): Record<string, string> {
  const entries = Object.entries(inputs.params as Record<string, unknown>);
  const present = entries.filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    present.map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}

function requestMessage(inputs: Inputs): string {
  return wechatRequestMessage({
    method: text(inputs, 'method'),
    canonicalUrl: text(inputs, 'canonicalUrl', 'url', 'path'),
    timestamp: text(inputs, 'timestamp'),
    nonce: text(inputs, 'nonce', 'nonceStr'),
    body: optionalText(inputs, 'body') ?? '',
  });
}

const authorization: Kind = (inputs) => {
  const signature =
    optionalText(inputs, 'signature') ?? signWechat(crypto, privateKeyOf(inputs), requestMessage(inputs));
  const header = formatWechatAuthorization({
    merchantId: text(inputs, 'mchid', 'merchantId', 'mchId'),
    serialNumber: text(
      inputs,
      'serialNo',
      'serial_no',
      'serial',
      'serialNumber',
      'certificateSerialNo',
      'merchantSerialNumber',
    ),
    timestamp: text(inputs, 'timestamp'),
    nonce: text(inputs, 'nonce', 'nonceStr', 'nonce_str'),
    signature,
  });
  return new Facts({ authorization: header, header, signature });
};

const aeadDecrypt: Kind = (inputs) => ({
  plaintext: openWechatResource(crypto, text(inputs, 'apiV3Key'), {
    nonce: text(inputs, 'nonce'),
    associatedData: optionalText(inputs, 'associatedData') ?? '',
    ciphertext: text(inputs, 'ciphertext'),
  }),
});

const aeadEncrypt: Kind = (inputs) => ({
  ciphertext: sealWechatResource(crypto, text(inputs, 'apiV3Key'), {
    nonce: text(inputs, 'nonce'),
    associatedData: optionalText(inputs, 'associatedData') ?? '',
    plaintext: text(inputs, 'plaintext'),
  }),
});

const oaepDecrypt: Kind = (inputs) => ({
  plaintext: decryptWechatField(crypto, privateKeyOf(inputs), text(inputs, 'ciphertext')),
});

const verify: Kind = (inputs) => {
  const message =
    optionalText(inputs, 'message') ??
    wechatAnswerMessage({
      timestamp: text(inputs, 'timestamp'),
      nonce: text(inputs, 'nonce', 'nonceStr'),
      body: text(inputs, 'body'),
    });
  return { valid: verifyWechat(crypto, publicKeyOf(inputs), message, text(inputs, 'signature')) };
};

const notification: Kind = (inputs) => {
  const certificateText = optionalText(inputs, 'certificateDer');
  const certificate = certificateText === undefined ? undefined : crypto.certificate(certificateText);
  const serial = optionalText(inputs, 'serial') ?? certificate?.serialNumber;
  const publicKey = certificate?.publicKey ?? publicKeyOf(inputs);
  const opened = openWechatNotification(
    crypto,
    { headers: inputs.headers as Record<string, string>, body: text(inputs, 'body') },
    {
      publicKeyOf: (asked) => (serial === undefined || asked === serial ? publicKey : undefined),
      nowS: Number(text(inputs, 'now')),
      apiV3Key: text(inputs, 'apiV3Key'),
    },
  );
  return new Facts({ signatureValid: true, plaintext: opened.plaintext, message: opened.message });
};

const paySign: Kind = (inputs) => {
  const message = wechatPaySignMessage({
    appId: text(inputs, 'appid', 'appId'),
    timestamp: text(inputs, 'timestamp', 'timeStamp'),
    nonce: text(inputs, 'nonce', 'nonceStr', 'noncestr'),
    packageText: optionalText(inputs, 'package') ?? text(inputs, 'prepayId', 'prepay_id'),
  });
  const privateKey = optionalText(inputs, ...PRIVATE_KEYS);
  if (privateKey === undefined) return new Facts({ message });
  const signature = signWechat(crypto, privateKey, message);
  return new Facts({ message, signature, paySign: signature });
};

const alipaySign: Kind = (inputs) => {
  const stringToSign = alipayRequestMessage(formParams(inputs));
  const signType = alipaySignType(optionalText(inputs, 'signType') ?? 'RSA2');
  const sign = signAlipay(crypto, privateKeyOf(inputs), stringToSign, signType);
  return new Facts({ stringToSign, sign });
};

const alipayNotifyVerify: Kind = (inputs) => {
  const rule = optionalText(inputs, 'rule') as AlipayNotificationRule | undefined;
  return { valid: verifyAlipayNotification(crypto, publicKeyOf(inputs), formParams(inputs), rule) };
};

/** The member that was signed: named, or known by the method, or the only one whose name says that it is the response. */
function responseKeyOf(inputs: Inputs): string {
  const method = optionalText(inputs, 'method');
  const named = optionalText(inputs, 'responseKey') ?? (method === undefined ? undefined : alipayResponseKey(method));
  return named ?? /"(\w+_response)"\s*:/.exec(text(inputs, 'response'))?.[1] ?? '';
}

const alipayResponseVerify: Kind = (inputs) => ({
  valid: verifyAlipayAnswer(
    crypto,
    publicKeyOf(inputs),
    text(inputs, 'response'),
    responseKeyOf(inputs),
    alipaySignType(optionalText(inputs, 'signType') ?? 'RSA2'),
  ),
});

const alipayAes: Kind = (inputs) => {
  const key = text(inputs, 'aesKey');
  const ciphertext = optionalText(inputs, 'ciphertext');
  if (ciphertext !== undefined) return { plaintext: decryptAlipayContent(crypto, key, ciphertext) };
  return { ciphertext: encryptAlipayContent(crypto, key, text(inputs, 'plaintext')) };
};

const alipayCertSn: Kind = (inputs) => {
  const whole = inputs.isRoot === true ? optionalText(inputs, 'certificatePem', 'certificate') : undefined;
  const root = whole ?? optionalText(inputs, 'rootCertificatePem', 'rootCertPem');
  if (root !== undefined) {
    const rootSn = alipayRootCertificateSn(crypto, root);
    return new Facts({ sn: rootSn, rootCertSn: rootSn });
  }
  const sn = alipayCertificateSn(crypto, text(inputs, 'certificateDer', 'certificatePem', 'certificate', 'certPem'));
  return new Facts({ sn, certSn: sn, appCertSn: sn });
};

const digest: Kind = (inputs) => {
  const bytes = utf8Encode(text(inputs, 'text', 'message', 'plaintext'));
  const hex = (hash: 'sha1' | 'sha256'): HexText => new HexText(toHex(crypto.digest(hash, bytes)));
  return new Facts({ sha1: hex('sha1'), sha256: hex('sha256') });
};

const operations: Kinds = {
  'wechat-message': (inputs) => ({ message: requestMessage(inputs) }),
  'wechat-authorization': authorization,
  'wechat-aead-decrypt': aeadDecrypt,
  'wechat-aead-encrypt': aeadEncrypt,
  'wechat-verify': verify,
  'wechat-sign': (inputs) => ({
    signature: signWechat(crypto, privateKeyOf(inputs), optionalText(inputs, 'message') ?? requestMessage(inputs)),
  }),
  'wechat-oaep-decrypt': oaepDecrypt,
  'wechat-notification': notification,
  'wechat-paysign': paySign,
  'alipay-sign': alipaySign,
  'alipay-notify-verify': alipayNotifyVerify,
  'alipay-response-sign-str': (inputs) => ({
    signed: alipaySignedText(text(inputs, 'response'), responseKeyOf(inputs)),
  }),
  'alipay-response-verify': alipayResponseVerify,
  'alipay-aes': alipayAes,
  'alipay-aes-encrypt': alipayAes,
  'alipay-aes-decrypt': alipayAes,
  'alipay-cert-sn': alipayCertSn,
  digest,
};

/** An `error` vector names its operation in `op`; one whose verification answers "no" is a refusal too. */
const refusal: Kind = (inputs, context) => {
  const operation = operations[text(inputs, 'op')];
  if (operation === undefined) throw new TypeError('the vector names no known operation');
  const outcome = operation(inputs, context);
  if (!(outcome instanceof Facts) && (outcome as { valid?: boolean }).valid === false)
    throw new WalletRefusal('bad-signature', 'the signature does not fit');
  return outcome;
};

/** WeChat Pay API v3 and Alipay Open API: signatures and content encryption. */
export const kinds: Kinds = { ...operations, error: refusal };
