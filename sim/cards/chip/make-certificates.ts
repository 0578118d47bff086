import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import {
  type ApplicationCertificates,
  type ApplicationData,
  type CertificateFile,
  type Face,
  type FaceCertificates,
  faceStaticData,
  loadPersonalisations,
  type Personalisation,
} from './personalisation.ts';
import { certify, signStaticData } from './signing.ts';

const AUTHORITY_BITS = 1408;
const ISSUER_BITS = 1152;
const CARD_BITS = 1024;
const EXPONENT = 3;
const AUTHORITY_INDEX = 0xf1;
const EXPIRY = '1249';
const DATA_AUTHENTICATION_CODE = Uint8Array.of(0xda, 0xc1);

interface Signer {
  readonly key: KeyObject;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * The keys of the test authorities, the test issuers and every chip, and their certificates, for the cards of the folder unless others are
 * given. EMV Book 2 clauses 5.1 and 6.1.
 */
export function makeCertificates(cards: readonly Personalisation[] = loadPersonalisations()): CertificateFile {
  const authorities = new Map<string, Signer>();
  const applications: Record<string, ApplicationCertificates> = {};
  for (const card of cards)
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

/** An issuer of its own for each application; one key for signatures and one for PINs, whichever face is shown. */
function certificatesOf(application: ApplicationData, authority: Signer): ApplicationCertificates {
  const [issuer, card, pin] = [newSigner(ISSUER_BITS), newSigner(CARD_BITS), newSigner(CARD_BITS)];
  const { certificate, remainder } = certify(authority.key, {
    format: 0x02,
    subject: fromHex(application.pan.slice(0, 6).padEnd(8, 'F')),
    expiry: fromHex(EXPIRY),
    modulus: issuer.modulus,
    exponent: issuer.exponent,
  });
  const issuerTags = tags([
    ['8F', Uint8Array.of(AUTHORITY_INDEX)],
    ['90', certificate],
    ['92', remainder],
    ['9F32', issuer.exponent],
  ]);
  const faces = (['contact', 'contactless'] as const).flatMap((name) => {
    const face = application[name];
    return face === undefined ? [] : [[name, faceCertificates(application, face, { issuer, card, pin }, issuerTags)]];
  });
  return {
    privateKey: exported(card),
    pinPrivateKey: exported(pin),
    faces: Object.fromEntries(faces) as ApplicationCertificates['faces'],
  };
}

/** What the issuer signs for one face: the card's two keys and the static data. EMV Book 2 clauses 5.1, 6.1 and 7.1. */
function faceCertificates(
  { pan }: ApplicationData,
  face: Face,
  { issuer, card, pin }: Readonly<Record<'issuer' | 'card' | 'pin', Signer>>,
  issuerTags: Record<string, string>,
): FaceCertificates {
  const data = faceStaticData(face);
  const keyTags = (
    names: readonly [string, string, string],
    key: Signer,
    staticData: Uint8Array,
  ): Record<string, string> => {
    const { modulus, exponent } = key;
    const content = { format: 0x04, subject: fromHex(pan.padEnd(20, 'F')), expiry: fromHex(EXPIRY) } as const;
    const { certificate, remainder } = certify(issuer.key, { ...content, modulus, exponent, staticData });
    return tags([
      [names[0], certificate],
      [names[1], exponent],
      [names[2], remainder],
    ]);
  };
  return {
    'issuer-certificate': issuerTags,
    'icc-certificate': keyTags(['9F46', '9F47', '9F48'], card, data),
    'pin-certificate': keyTags(['9F2D', '9F2E', '9F2F'], pin, new Uint8Array(0)),
    'static-signature': tags([['93', signStaticData(issuer.key, DATA_AUTHENTICATION_CODE, data)]]),
  };
}

function exported({ key }: Signer): string {
  return key.export({ format: 'der', type: 'pkcs8' }).toString('base64');
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
