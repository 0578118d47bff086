import { sm3 } from '@zhanggui/paycrypto/sm3.ts';
import {
  type Authentication,
  authentication,
  type CdaInput,
  type CombinedAuthentication,
  combinedAuthentication,
  dynamicParts,
} from './authentication.ts';
import type { RsaPublicKey } from './rsa.ts';
import { verifyCda, verifyDda, verifySda } from './signed-data.ts';
import { verifySmDda, verifySmSda } from './sm.ts';

/** A key that a chain of certificates gives: RSA (EMV Book 2), or a point x ‖ y for SM2 with SM3 (JR/T 0025.17). */
export type OdaKey =
  | ({ readonly algorithm: 'RSA' } & RsaPublicKey)
  | { readonly algorithm: 'SM2'; readonly point: Uint8Array };

/** Static data authentication (tag 93) with either kind of key: the value is the data authentication code (9F45). EMV Book 2 clause 5.4; JR/T 0025.17. */
export function authenticateStatic(issuer: OdaKey, signature: Uint8Array, authenticated: Uint8Array): Authentication {
  if (issuer.algorithm === 'RSA') return verifySda(issuer, signature, authenticated);
  return authentication(() => verifySmSda(issuer.point, signature, authenticated));
}

/** Dynamic data authentication (tag 9F4B) with either kind of key: the value is the ICC dynamic number (9F4C). EMV Book 2 clause 6.5.2; JR/T 0025.17. */
export function authenticateDynamic(icc: OdaKey, signature: Uint8Array, terminalData: Uint8Array): Authentication {
  if (icc.algorithm === 'RSA') return verifyDda(icc, signature, terminalData);
  return authentication(() => dynamicParts(verifySmDda(icc.point, signature, terminalData)).iccDynamicNumber);
}

/** Combined authentication with either kind of key: the value is the application cryptogram (9F26). EMV Book 2 clause 6.6.2; JR/T 0025.17. */
export function authenticateCombined(icc: OdaKey, input: CdaInput): CombinedAuthentication {
  if (icc.algorithm === 'RSA') return verifyCda(icc, input);
  const { point } = icc;
  return combinedAuthentication(input, sm3, (signature) =>
    dynamicParts(verifySmDda(point, signature, input.unpredictableNumber)),
  );
}
