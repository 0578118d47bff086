import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import {
  type ApplicationCertificates,
  type ApplicationData,
  type CertificateFile,
  faceStaticData,
  loadPersonalisations,
} from './personalisation.ts';
import { certify } from './signing.ts';

/*
 * Makes the keys of the test authorities, the test issuers and every chip card, and their certificates (EMV Book 2 clauses 5.1 and
 * 6.1), and writes `certificates.json`. Run it after a change of `cards/`: node sim/cards/chip/make-certificates.ts
 */

const AUTHORITY_BITS = 1408;
const ISSUER_BITS = 1152;
const CARD_BITS = 1024;
const EXPONENT = 3;
const AUTHORITY_INDEX = 0xf1;
const EXPIRY = '1249';

interface Signer {
  readonly key: KeyObject;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** All keys and certificates for the cards of the folder. */
export function makeCertificates(): CertificateFile {
  const authorities = new Map<string, Signer>();
  const applications: Record<string, ApplicationCertificates> = {};
  for (const card of loadPersonalisations())
    for (const application of card.applications) {
      const rid = application.aid.slice(0, 10);
      const authority = authorities.get(rid) ?? newSigner(AUTHORITY_BITS);
      authorities.set(rid, authority);
      applications[`${card.id}/${application.aid}`] = certificatesOf(application, authority);
    }
  return {
    authorities: [...authorities].map(([rid, { modulus, exponent }]) => ({
      rid,
      index: AUTHORITY_INDEX,
      modulus: toHex(modulus),
      exponent: toHex(exponent),
    })),
    applications,
  };
}

/** An issuer of its own for each application, and one key for both faces. */
function certificatesOf(application: ApplicationData, authority: Signer): ApplicationCertificates {
  const [issuer, card] = [newSigner(ISSUER_BITS), newSigner(CARD_BITS)];
  const signedIssuer = certify(authority.key, {
    format: 0x02,
    subject: fromHex(application.pan.slice(0, 6).padEnd(8, 'F')),
    expiry: fromHex(EXPIRY),
    modulus: issuer.modulus,
    exponent: issuer.exponent,
  });
  const face = (name: 'contact' | 'contactless'): Record<string, string> | undefined => {
    const data = application[name];
    if (data === undefined) return undefined;
    const { certificate, remainder } = certify(issuer.key, {
      format: 0x04,
      subject: fromHex(application.pan.padEnd(20, 'F')),
      expiry: fromHex(EXPIRY),
      modulus: card.modulus,
      exponent: card.exponent,
      staticData: faceStaticData(data),
    });
    return tags([
      ['9F46', certificate],
      ['9F47', card.exponent],
      ['9F48', remainder],
    ]);
  };
  const [contact, contactless] = [face('contact'), face('contactless')];
  return {
    privateKey: card.key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    issuer: tags([
      ['8F', Uint8Array.of(AUTHORITY_INDEX)],
      ['90', signedIssuer.certificate],
      ['92', signedIssuer.remainder],
      ['9F32', issuer.exponent],
    ]),
    icc: { ...(contact === undefined ? {} : { contact }), ...(contactless === undefined ? {} : { contactless }) },
  };
}

/** Without what is empty: a certificate may hold the whole key. */
function tags(values: readonly (readonly [string, Uint8Array])[]): Record<string, string> {
  return Object.fromEntries(values.filter(([, value]) => value.length > 0).map(([tag, value]) => [tag, toHex(value)]));
}

function newSigner(bits: number): Signer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: EXPONENT });
  const { n = '' } = privateKey.export({ format: 'jwk' });
  return { key: privateKey, modulus: concatBytes(Buffer.from(n, 'base64url')), exponent: Uint8Array.of(EXPONENT) };
}

if (import.meta.main) {
  const file = new URL('certificates.json', import.meta.url);
  const made = makeCertificates();
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  console.log(
    `${Object.keys(made.applications).length} applications certified by ${made.authorities.length} authorities`,
  );
}
