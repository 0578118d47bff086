import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  type AlipayParams,
  alipayCertificateSn,
  alipayResponseKey,
  decodeBase64,
  decodeText,
  decryptAlipayContent,
  isJsonRecord,
  type JsonRecord,
  pemCertificates,
  readJsonRecord,
  textAt,
  verifyAlipayAnswer,
  verifyAlipayNotification,
  WalletRefusal,
} from '@zhanggui/wallets';
import { standsUnder } from '../../wallet/certificate-chain.ts';
import { FetchedCertificates } from '../../wallet/fetched-certificates.ts';
import type { AlipayAccount, AlipayTrust } from './account.ts';
import { sendSigned } from './signed-request.ts';

/** Certificates by their serials, as `alipay_cert_sn` writes them. */
type Certificates = ReadonlyMap<string, string>;
type CertificateTrust = AlipayTrust & { readonly kind: 'certificates' };

const TIMEOUT_MS = 3_000;

/**
 * The keys with which Alipay signs. In key mode it is the configured one. In certificate mode an answer names the serial of
 * its certificate: one that is not held is downloaded, and believed when it stands under a root of the configuration. While
 * one follows another both are held, so an answer that was on its way is still believed.
 */
export class PlatformKeys {
  readonly #environment: MethodEnvironment;
  readonly #fetched: FetchedCertificates<string>;

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
    this.#fetched = new FetchedCertificates(environment.clock);
  }

  /**
   * The response object of an answer whose signature verified, deciphered where it was encrypted; or the reason why it is
   * not believed.
   */
  async verified(account: AlipayAccount, method: string, answer: string): Promise<JsonRecord | string> {
    const { walletCrypto } = this.#environment;
    const responseKey = alipayResponseKey(method);
    try {
      const { trust, signType, aesKey } = account;
      const key = trust.kind === 'public-key' ? trust.publicKey : await this.#named(account, trust, answer);
      if (key === undefined) return 'unknown-serial';
      if (!verifyAlipayAnswer(walletCrypto, key, answer, responseKey, signType)) return 'bad-signature';
      const value = readJsonRecord(answer)?.[responseKey];
      const isSealed = typeof value === 'string' && aesKey !== undefined;
      const response = isSealed ? readJsonRecord(decryptAlipayContent(walletCrypto, aesKey, value)) : value;
      return isJsonRecord(response) ? response : 'not-json';
    } catch (error) {
      if (error instanceof WalletRefusal) return error.code;
      throw error;
    }
  }

  /** Whether a notification is Alipay's: it names no certificate, so each that is held may have signed it. */
  async isGenuine(account: AlipayAccount, params: AlipayParams): Promise<boolean> {
    const { walletCrypto } = this.#environment;
    const { trust, signType } = account;
    // Nobody may choose a weaker hash than the account has.
    if (params.sign_type !== signType) return false;
    const verifies = (key: string): boolean => verifyAlipayNotification(walletCrypto, key, params, 'V1');
    if (trust.kind === 'public-key') return verifies(trust.publicKey);
    return [...this.#certificates(account, trust).values()].some(verifies);
  }

  async #named(account: AlipayAccount, trust: CertificateTrust, answer: string): Promise<string | undefined> {
    const serial = textAt(readJsonRecord(answer) ?? {}, 'alipay_cert_sn');
    const found = this.#certificates(account, trust).get(serial);
    const name = nameOf(account);
    if (found !== undefined || !/^[0-9a-f]{32}$/.test(serial) || !this.#fetched.mayAsk(name)) return found;
    await this.#fetched.look(name, () => this.#next(account, trust, serial));
    return this.#certificates(account, trust).get(serial);
  }

  #certificates(account: AlipayAccount, trust: CertificateTrust): Certificates {
    const { walletCrypto, clock } = this.#environment;
    const now = clock.now();
    const configured = [alipayCertificateSn(walletCrypto, trust.certificate), trust.certificate] as const;
    const all = new Map([configured, ...this.#fetched.of(nameOf(account))]);
    const isValid = (certificate: string): boolean => {
      const { validFrom, validTo } = walletCrypto.certificate(certificate);
      return validFrom <= now && now <= validTo;
    };
    return new Map([...all].filter(([, certificate]) => isValid(certificate)));
  }

  /**
   * The certificate of that serial, or none. Nobody needs to have signed the answer: what it brings must have the serial
   * and stand under a root that is held.
   */
  async #next(account: AlipayAccount, { roots }: CertificateTrust, serial: string): Promise<Certificates> {
    const { walletCrypto } = this.#environment;
    const method = 'alipay.open.app.alipaycert.download';
    const plain = { ...account, aesKey: undefined };
    const content = { alipay_cert_sn: serial };
    const answer = await sendSigned(this.#environment, plain, { method, content, timeoutMs: TIMEOUT_MS });
    const response = readJsonRecord(answer.body)?.[alipayResponseKey(method)];
    const text = isJsonRecord(response) ? textAt(response, 'alipay_cert_content') : '';
    const chain = pemCertificates(decodeText(decodeBase64(text, 'alipay_cert_content'), 'alipay_cert_content'));
    const own = chain.find((certificate) => alipayCertificateSn(walletCrypto, certificate) === serial);
    const isGenuine = own !== undefined && standsUnder(walletCrypto, own, chain, pemCertificates(roots));
    return new Map(isGenuine ? [[serial, own]] : []);
  }
}

function nameOf({ gatewayUrl, appId }: AlipayAccount): string {
  return `${gatewayUrl} ${appId}`;
}
