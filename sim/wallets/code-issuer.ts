import type { Clock, Rng } from '@zhanggui/base';

/** Whose wallet is simulated. */
export type WalletId = 'wechat' | 'alipay' | 'unionpay-qr' | 'ecny';

/** Every simulated wallet. */
export const WALLET_IDS: readonly WalletId[] = ['wechat', 'alipay', 'unionpay-qr', 'ecny'];

/** A payment code as the phone shows it. */
export interface PaymentCode {
  readonly code: string;
  readonly issuedAt: number;
  /** When the phone shows another. */
  readonly expiresAt: number;
}

/** Why a code cannot pay. */
export type CodeRefusal = 'invalid' | 'expired' | 'used';

interface Issued extends PaymentCode {
  readonly customerId: string;
  isUsed: boolean;
}

const PREFIXES: Readonly<Record<WalletId, readonly string[]>> = {
  wechat: ['10', '11', '12', '13', '14', '15'],
  alipay: ['25', '26', '27', '28', '29', '30'],
  'unionpay-qr': ['62'],
  ecny: ['01'],
};
const CODE_LENGTHS: Readonly<Record<WalletId, number>> = { wechat: 18, alipay: 18, 'unionpay-qr': 19, ecny: 19 };

/** How long a code is shown; a scanned one may be this long on its way again. */
export const CODE_LIFE_MS = 60_000;

/** Makes the codes of one wallet's phones: a new one each minute and after each use, good for one attempt. */
export class CodeIssuer {
  readonly #wallet: WalletId;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #issued = new Map<string, Issued>();
  readonly #shown = new Map<string, Issued>();

  constructor(wallet: WalletId, clock: Clock, rng: Rng) {
    this.#wallet = wallet;
    this.#clock = clock;
    this.#rng = rng;
  }

  /** The code that the customer's phone shows now. */
  show(customerId: string): PaymentCode {
    const now = this.#clock.now();
    const shown = this.#shown.get(customerId);
    if (shown !== undefined && !shown.isUsed && shown.expiresAt > now) return shown;
    this.#forgetOld(now);
    const code = this.#fresh();
    const issued: Issued = { code, customerId, issuedAt: now, expiresAt: now + CODE_LIFE_MS, isUsed: false };
    this.#issued.set(code, issued);
    this.#shown.set(customerId, issued);
    return issued;
  }

  /** Another code for the same customer, as when the phone is asked for a fresh one; the code before stays good for its time. */
  refresh(customerId: string): PaymentCode {
    this.#shown.delete(customerId);
    return this.show(customerId);
  }

  /** The customer of a scanned code, which is used up by this, or the reason why it cannot pay. */
  use(code: string): { readonly customerId: string } | { readonly refusal: CodeRefusal } {
    const issued = this.#issued.get(code);
    if (issued === undefined) return { refusal: 'invalid' };
    if (issued.isUsed) return { refusal: 'used' };
    issued.isUsed = true;
    if (issued.expiresAt + CODE_LIFE_MS <= this.#clock.now()) return { refusal: 'expired' };
    return { customerId: issued.customerId };
  }

  /** Whose code this is, used or not; undefined for none of ours. */
  ownerOf(code: string): string | undefined {
    return this.#issued.get(code)?.customerId;
  }

  #fresh(): string {
    for (;;) {
      const [first = 0, ...rest] = this.#rng.bytes(CODE_LENGTHS[this.#wallet] - 1);
      const prefixes = PREFIXES[this.#wallet];
      const prefix = prefixes[first % prefixes.length] ?? '';
      const code = prefix + rest.map((byte) => byte % 10).join('');
      if (!this.#issued.has(code)) return code;
    }
  }

  /** Used and expired codes are remembered for an hour, so that a second scan is told what it is. */
  #forgetOld(now: number): void {
    for (const [code, issued] of this.#issued) {
      if (issued.expiresAt + 3_600_000 > now) return;
      this.#issued.delete(code);
    }
  }
}
