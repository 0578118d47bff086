import { HttpSilence } from '@zhanggui/base';
import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  isJsonRecord,
  openWechatResource,
  readJsonRecord,
  textAt,
  verifyWechatSigned,
  WalletRefusal,
  type WechatSigned,
} from '@zhanggui/wallets';
import type { WechatAccount } from './account.ts';
import { sendSigned } from './signed-request.ts';

interface Certificate {
  readonly pem: string;
  readonly validFrom: number;
  readonly validTo: number;
}

interface Held {
  readonly certificates: ReadonlyMap<string, Certificate>;
  readonly askedAt: number;
}

/** A forged serial cannot make us ask more often than this. */
const ASK_AGAIN_AFTER_MS = 10_000;
/** The interface asks its callers to look for new certificates at least twice a day. */
const LOOK_AGAIN_AFTER_MS = 12 * 3_600_000;
const TIMEOUT_MS = 3_000;

/**
 * The keys with which WeChat Pay signs, by the serial that `Wechatpay-Serial` names: those of the configuration, public keys
 * and certificates side by side, and the certificates that WeChat Pay hands out. While one follows another both are held,
 * so an answer that was on its way is still believed.
 */
export class PlatformKeys {
  readonly #environment: MethodEnvironment;
  readonly #held = new Map<string, Held>();
  readonly #asking = new Map<string, Promise<void>>();

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
  }

  /**
   * Checks a message of WeChat Pay; a serial that is not held is looked for among its certificates first.
   * @throws WalletRefusal the codes of `verifyWechatSigned`.
   */
  async verify(account: WechatAccount, signed: WechatSigned): Promise<void> {
    if (this.#isOld(account)) await this.#look(account);
    try {
      this.#verify(account, signed);
    } catch (error) {
      if (!(error instanceof WalletRefusal) || error.code !== 'unknown-serial' || !this.#mayAsk(account)) throw error;
      await this.#look(account);
      this.#verify(account, signed);
    }
  }

  #verify(account: WechatAccount, signed: WechatSigned): void {
    const { walletCrypto, clock } = this.#environment;
    const publicKeyOf = (serial: string): string | undefined => this.#keyOf(account, serial);
    verifyWechatSigned(walletCrypto, signed, { publicKeyOf, nowS: Math.floor(clock.now() / 1000) });
  }

  #keyOf(account: WechatAccount, serial: string): string | undefined {
    const configured = account.platformKeys.get(serial);
    if (configured !== undefined) return configured;
    const certificate = this.#held.get(nameOf(account))?.certificates.get(serial);
    const now = this.#environment.clock.now();
    const isValid = certificate !== undefined && certificate.validFrom <= now && now <= certificate.validTo;
    return isValid ? certificate.pem : undefined;
  }

  #mayAsk(account: WechatAccount): boolean {
    const held = this.#held.get(nameOf(account));
    return held === undefined || this.#environment.clock.now() - held.askedAt >= ASK_AGAIN_AFTER_MS;
  }

  /** Only certificates that were downloaded grow old: whoever configures keys replaces them too. */
  #isOld(account: WechatAccount): boolean {
    const held = this.#held.get(nameOf(account));
    return held !== undefined && this.#environment.clock.now() - held.askedAt >= LOOK_AGAIN_AFTER_MS;
  }

  /** One question at a time, however many messages wait for its answer. */
  async #look(account: WechatAccount): Promise<void> {
    const name = nameOf(account);
    const asking = this.#asking.get(name) ?? this.#download(account);
    this.#asking.set(name, asking);
    try {
      await asking;
    } finally {
      this.#asking.delete(name);
    }
  }

  async #download(account: WechatAccount): Promise<void> {
    const askedAt = this.#environment.clock.now();
    const before = this.#held.get(nameOf(account))?.certificates ?? new Map<string, Certificate>();
    const found = await this.#certificates(account).catch((error: unknown) => {
      // Without an answer the keys that are held go on; a message under another one stays unbelieved.
      if (error instanceof HttpSilence || error instanceof WalletRefusal) return new Map<string, Certificate>();
      throw error;
    });
    const current = [...before].filter(([, { validTo }]) => validTo >= askedAt);
    this.#held.set(nameOf(account), { certificates: new Map([...current, ...found]), askedAt });
  }

  /** The list is sealed under the merchant's own API v3 key, and signed by one of the certificates that it holds or is held. */
  async #certificates(account: WechatAccount): Promise<ReadonlyMap<string, Certificate>> {
    const { walletCrypto, clock } = this.#environment;
    const path =
      account.scheme === 'WECHATPAY2-SM2-WITH-SM3' ? '/v3/certificates?algorithm_type=SM2' : '/v3/certificates';
    const request = { method: 'GET', path, body: '', timeoutMs: TIMEOUT_MS } as const;
    const answer = await sendSigned(this.#environment, account, request);
    const list = readJsonRecord(answer.body)?.data;
    const found = new Map<string, Certificate>();
    for (const entry of Array.isArray(list) ? list : []) {
      const sealed = isJsonRecord(entry) ? entry.encrypt_certificate : undefined;
      if (!isJsonRecord(entry) || !isJsonRecord(sealed)) continue;
      const pem = openWechatResource(walletCrypto, account.apiV3Key, {
        algorithm: sealed.algorithm === 'AEAD_SM4_GCM' ? 'AEAD_SM4_GCM' : 'AEAD_AES_256_GCM',
        nonce: textAt(sealed, 'nonce'),
        associatedData: textAt(sealed, 'associated_data'),
        ciphertext: textAt(sealed, 'ciphertext'),
      });
      const { serialNumber, validFrom, validTo } = walletCrypto.certificate(pem);
      found.set(serialNumber, { pem, validFrom, validTo });
    }
    const publicKeyOf = (serial: string) => found.get(serial)?.pem ?? this.#keyOf(account, serial);
    verifyWechatSigned(walletCrypto, answer, { publicKeyOf, nowS: Math.floor(clock.now() / 1000) });
    return found;
  }
}

function nameOf({ baseUrl, merchantId, scheme }: WechatAccount): string {
  return `${baseUrl} ${merchantId} ${scheme}`;
}
