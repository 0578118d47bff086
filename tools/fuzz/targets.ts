import * as emv from '@zhanggui/emv/fuzz.ts';
import * as identifiers from '@zhanggui/identifiers/fuzz.ts';
import * as iso8583 from '@zhanggui/iso8583/fuzz.ts';
import * as paycrypto from '@zhanggui/paycrypto/fuzz.ts';
import * as schemes from '@zhanggui/paycrypto/fuzz-schemes.ts';
import * as qr from '@zhanggui/qr/fuzz.ts';
import * as wallets from '@zhanggui/wallets/node/fuzz.ts';
import * as acquirers from './acquirers.ts';
import type { FuzzModule } from './fuzz.ts';

/** Every package's and dialect's decoders that read what comes from outside. */
export const fuzzModules: readonly FuzzModule[] = [
  iso8583,
  emv,
  paycrypto,
  schemes,
  qr,
  identifiers,
  wallets,
  acquirers,
];
