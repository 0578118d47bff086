import { fromHex } from '@zhanggui/base';
import { type ApplicationSettings, type CaKey, DEFAULT_RELAY_RESISTANCE } from '@zhanggui/emv';
import type { ReaderSettings } from '@zhanggui/terminal';
import type { CertificateFile } from './chip/personalisation.ts';

const NO_CODES = new Uint8Array(5);

/** At this amount and above a card is put in. */
const CONTACTLESS_LIMIT_MINOR = 5_000_000;
/** UnionPay's small amounts free of a PIN: ¥1,000 itself still is. */
const FREE_UP_TO_MINOR = 100_000;
const FLOOR_LIMIT_MINOR = 20_000;
const CONTACTLESS_FLOOR_LIMIT_MINOR = 5_000;

/** What the virtual readers are configured with: an attended terminal with a line and every kind of PIN, and the test authorities' keys. */
export function readerSettings({ authorities }: CertificateFile): ReaderSettings {
  const values = { '9F1A': '0156', '9F33': 'E0F8C8', '9F35': '22', '9F40': '6000F0A001', DF69: '01' };
  return {
    emv: {
      values: new Map(Object.entries(values).map(([tag, value]) => [tag, fromHex(value)])),
      applications: [application('A000000333', 7), application('A000000003', 3), application('A000000004', 2)],
      caKeys: authorities.map(caKeyOf),
      cardholderSelection: true,
      stripeWhenNoApplication: false,
    },
    stripe: { stripe: true, fallback: true, failuresBeforeFallback: 3 },
    readers: ['contact', 'contactless', 'stripe'],
    pinBlockFormat: 4,
  };
}

function application(aid: string, kernel: 2 | 3 | 7): ApplicationSettings {
  return {
    aid: fromHex(aid),
    match: 'partial',
    version: fromHex('0020'),
    actionCodes: { denial: NO_CODES, online: NO_CODES, default: NO_CODES },
    floorLimitMinor: FLOOR_LIMIT_MINOR,
    contactless: {
      kernel,
      transactionLimitMinor: CONTACTLESS_LIMIT_MINOR,
      // Kernel 2 asks above its limit, the others from it on.
      cvmLimitMinor: kernel === 2 ? FREE_UP_TO_MINOR : FREE_UP_TO_MINOR + 1,
      floorLimitMinor: CONTACTLESS_FLOOR_LIMIT_MINOR,
      ttq: fromHex('26004080'),
      smallAmountsFree: kernel === 7,
      onDeviceCvm: true,
      relayResistance: DEFAULT_RELAY_RESISTANCE,
      extendedSelection: true,
    },
  };
}

/** A test authority's key as terminals keep it. */
export function caKeyOf(authority: CertificateFile['authorities'][number]): CaKey {
  const { rid, index, algorithm, modulus, exponent } = authority;
  return { rid: fromHex(rid), index, algorithm, modulus: fromHex(modulus), exponent: fromHex(exponent) };
}
