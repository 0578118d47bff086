import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DataFile } from '../data-file.ts';
import { type AlipayKeys, makeAlipayKeys } from './alipay/keys.ts';
import { type CertifiedKey, certifiedKey, certifiedSm2Key, issuedKey, type KeyPair, keyPair } from './certificates.ts';

/** Name of the file with all of these. */
export const WALLET_KEYS = 'wallet-keys.json';

/** Test-only identities of a shop and of WeChat Pay. */
export interface WechatKeys {
  readonly appId: string;
  readonly merchantId: string;
  /** 32 characters. */
  readonly apiV3Key: string;
  readonly merchant: CertifiedKey;
  /** The merchant's certificate with an SM2 key. */
  readonly merchantSm2: CertifiedKey;
  readonly platform: CertifiedKey;
  readonly platformSm2: CertifiedKey;
  readonly publicKeyId: string;
  readonly publicKey: KeyPair;
  /** A service provider that acts for the shop. */
  readonly partner: {
    readonly appId: string;
    readonly merchantId: string;
    readonly apiV3Key: string;
    readonly merchant: CertifiedKey;
  };
}

/** Test-only identities of a shop and of an institution that takes UnionPay codes for it. */
export interface UnionPayKeys {
  /** 15 digits. */
  readonly merchantId: string;
  readonly acquirerIin: string;
  readonly forwardingIin: string;
  readonly merchant: CertifiedKey;
  /** Issues the institution's certificates. */
  readonly root: CertifiedKey;
  readonly institution: CertifiedKey;
}

/** Test-only identities of a shop and of an operator of e-CNY wallets. */
export interface EcnyKeys {
  readonly merchantId: string;
  readonly serial: string;
  readonly merchant: KeyPair;
  readonly operatorSerial: string;
  readonly operator: KeyPair;
}

const UNIONPAY_ROOT = 'Zhanggui simulator root of UnionPay';

/** What the wallet simulators know themselves and their merchants by. */
export interface WalletKeys {
  readonly wechat: WechatKeys;
  readonly alipay: AlipayKeys;
  readonly 'unionpay-qr': UnionPayKeys;
  readonly ecny: EcnyKeys;
}

/** The keys kept in `dataDir`, made at the first start: good for nothing but these simulators. What a file lacks is made. */
export async function loadWalletKeys(dataDir: string): Promise<WalletKeys> {
  const file = new DataFile<KeyFile>(path.join(dataDir, WALLET_KEYS), () => ({}));
  const { content } = file;
  const now = new Date();
  content.wechat = { ...(await makeWechatKeys(now, content.wechat)) };
  content.alipay = { ...(await makeAlipayKeys(now, content.alipay)) };
  content['unionpay-qr'] = { ...(await makeUnionPayKeys(now, content['unionpay-qr'])) };
  content.ecny = { ...(await makeEcnyKeys(content.ecny)) };
  file.save();
  return {
    wechat: content.wechat,
    alipay: content.alipay,
    'unionpay-qr': content['unionpay-qr'],
    ecny: content.ecny,
  };
}

interface KeyFile {
  wechat?: WechatKeys;
  alipay?: AlipayKeys;
  'unionpay-qr'?: UnionPayKeys;
  ecny?: EcnyKeys;
}

async function makeWechatKeys(now: Date, kept: Partial<WechatKeys> = {}): Promise<WechatKeys> {
  const [merchant, platform, publicKey, partner] = await Promise.all([
    kept.merchant ?? certifiedKey('Zhanggui demo shop', now),
    kept.platform ?? certifiedKey('Zhanggui simulator of WeChat Pay', now),
    kept.publicKey ?? keyPair(),
    kept.partner ?? makePartner(now),
  ]);
  return {
    appId: kept.appId ?? `wx${randomBytes(8).toString('hex')}`,
    merchantId: kept.merchantId ?? `19${digits(8)}`,
    apiV3Key: kept.apiV3Key ?? randomBytes(16).toString('hex'),
    merchant,
    merchantSm2: kept.merchantSm2 ?? certifiedSm2Key('Zhanggui demo shop', now),
    platform,
    platformSm2: kept.platformSm2 ?? certifiedSm2Key('Zhanggui simulator of WeChat Pay', now),
    publicKeyId: kept.publicKeyId ?? `PUB_KEY_ID_0${digits(31)}`,
    publicKey,
    partner,
  };
}

async function makePartner(now: Date): Promise<WechatKeys['partner']> {
  return {
    appId: `wx${randomBytes(8).toString('hex')}`,
    merchantId: `18${digits(8)}`,
    apiV3Key: randomBytes(16).toString('hex'),
    merchant: await certifiedKey('Zhanggui demo service provider', now),
  };
}

async function makeUnionPayKeys(now: Date, kept: Partial<UnionPayKeys> = {}): Promise<UnionPayKeys> {
  const [merchant, root] = await Promise.all([
    kept.merchant ?? certifiedKey('Zhanggui demo shop', now),
    kept.root ?? certifiedKey(UNIONPAY_ROOT, now),
  ]);
  // An institution of an earlier version stands under no root.
  const institution = kept.root === undefined ? undefined : kept.institution;
  return {
    merchantId: kept.merchantId ?? `8985101${digits(8)}`,
    acquirerIin: kept.acquirerIin ?? '01020000',
    forwardingIin: kept.forwardingIin ?? '00010000',
    merchant,
    root,
    institution: institution ?? (await nextInstitution(root)),
  };
}

/** The key with which UnionPay's institution signs next, certified under the name that its test environment bears. */
export async function nextInstitution(root: CertifiedKey): Promise<CertifiedKey> {
  const name = `041@Z2017-1@00040000:SIGN@${digits(8)}`;
  return issuedKey(await keyPair(), name, new Date(), { commonName: UNIONPAY_ROOT, privateKey: root.privateKey });
}

async function makeEcnyKeys(kept: Partial<EcnyKeys> = {}): Promise<EcnyKeys> {
  const [merchant, operator] = await Promise.all([kept.merchant ?? keyPair(), kept.operator ?? keyPair()]);
  return {
    merchantId: kept.merchantId ?? `DC${digits(13)}`,
    serial: kept.serial ?? digits(16),
    merchant,
    operatorSerial: kept.operatorSerial ?? digits(16),
    operator,
  };
}

function digits(count: number): string {
  return Array.from(randomBytes(count), (byte) => byte % 10).join('');
}
