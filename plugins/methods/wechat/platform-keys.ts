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
import { FetchedCertificates } from '../../wallet/fetched-certificates.ts';
import type { WechatAccount } from './account.ts';
import { sendSigned } from './signed-request.ts';

interface Certificate {
  readonly pem: string;
  readonly validFrom: number;
  readonly validTo: number;
}

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
  readonly #fetched: FetchedCertificates<Certificate>;

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
    this.#fetched = new FetchedCertificates(environment.clock);
  }

  /**
   * Checks a message of WeChat Pay; a serial that is not held is looked for among its certificates first.
   * @throws WalletRefusal the codes of `verifyWechatSigned`.
   */
  async verify(account: WechatAccount, signed: WechatSigned): Promise<void> {
    // Only certificates that were downloaded grow old: whoever configures keys replaces them too.
    if (this.#fetched.areOlderThan(nameOf(account), LOOK_AGAIN_AFTER_MS)) await this.#look(account);
    try {
      this.#verify(account, signed);
    } catch (error) {
      const mayBeNew = error instanceof WalletRefusal && error.code === 'unknown-serial';
      if (!mayBeNew || !this.#fetched.mayAsk(nameOf(account))) throw error;
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
    const certificate = this.#fetched.of(nameOf(account)).get(serial);
    const now = this.#environment.clock.now();
    const isValid = certificate !== undefined && certificate.validFrom <= now && now <= certificate.validTo;
    return isValid ? certificate.pem : undefined;
  }

  #look(account: WechatAccount): Promise<void> {
    return this.#fetched.look(nameOf(account), () => this.#certificates(account));
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
