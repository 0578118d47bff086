import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { generateSm2Key, revealSm2PrivateKey, type Sm2PrivateKey } from '@zhanggui/paycrypto';
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
import { certifySm, signSmStaticData, smPoint } from './sm-signing.ts';

const AUTHORITY_BITS = 1408;
const ISSUER_BITS = 1152;
const CARD_BITS = 1024;
const EXPONENT = 3;
const AUTHORITY_INDEX = 0xf1;
const SM_AUTHORITY_INDEX = 0xf2;
const EXPIRY = '1249';
const DATA_AUTHENTICATION_CODE = Uint8Array.of(0xda, 0xc1);

interface Signer {
  readonly key: KeyObject;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** The keys of a test authority: SM2 for the cards that know it. */
interface Authority {
  readonly rsa: Signer;
  readonly sm: Sm2PrivateKey;
}

/**
 * The keys of the test authorities, the test issuers and every chip, and their certificates, for the cards of the folder unless others are
 * given. EMV Book 2 clauses 5.1 and 6.1; JR/T 0025.17.
 */
export function makeCertificates(cards: readonly Personalisation[] = loadPersonalisations()): CertificateFile {
  const authorities = new Map<string, Authority>();
  const withSm = new Set<string>();
  const applications: Record<string, ApplicationCertificates> = {};
  for (const card of cards)
    for (const application of card.applications) {
      const rid = application.aid.slice(0, 10);
      const authority = authorities.get(rid) ?? { rsa: newSigner(AUTHORITY_BITS), sm: generateSm2Key() };
      authorities.set(rid, authority);
      if (knowsSm(application)) withSm.add(rid);
      applications[`${card.id}/${application.aid}`] = certificatesOf(application, authority);
    }
  return {
    authorities: [...authorities].flatMap(([rid, { rsa, sm }]) => [
      {
        rid,
        index: AUTHORITY_INDEX,
        algorithm: 'RSA' as const,
        modulus: toHex(rsa.modulus),
        exponent: toHex(rsa.exponent),
      },
      ...(withSm.has(rid)
        ? [{ rid, index: SM_AUTHORITY_INDEX, algorithm: 'SM2' as const, modulus: toHex(smPoint(sm)), exponent: '' }]
        : []),
    ]),
    applications,
  };
}

function knowsSm({ contact, contactless }: ApplicationData): boolean {
  return contact?.smAfl !== undefined || contactless?.smAfl !== undefined;
}

/** An issuer of its own for each application; one key for signatures and one for PINs, whichever face is shown. */
function certificatesOf(application: ApplicationData, authority: Authority): ApplicationCertificates {
  const keys = {
    issuer: newSigner(ISSUER_BITS),
    card: newSigner(CARD_BITS),
    pin: newSigner(CARD_BITS),
    smIssuer: generateSm2Key(),
    smCard: generateSm2Key(),
  };
  const faces = (['contact', 'contactless'] as const).flatMap((name) => {
    const face = application[name];
    if (face === undefined) return [];
    const certificates = { ...rsaCertificates(application, face, keys, authority.rsa) };
    if (face.smAfl !== undefined) Object.assign(certificates, smCertificates(application, face, keys, authority.sm));
    return [[name, certificates]];
  });
  return {
    privateKey: exported(keys.card),
    pinPrivateKey: exported(keys.pin),
    ...(knowsSm(application) ? { smPrivateKey: toHex(revealSm2PrivateKey(keys.smCard)) } : {}),
    faces: Object.fromEntries(faces) as ApplicationCertificates['faces'],
  };
}

/** What the issuer signs for one face: the card's two keys and the static data. EMV Book 2 clauses 5.1, 6.1 and 7.1. */
function rsaCertificates(
  { pan }: ApplicationData,
  face: Face,
  { issuer, card, pin }: Readonly<Record<'issuer' | 'card' | 'pin', Signer>>,
  authority: Signer,
): FaceCertificates {
  const data = faceStaticData(face, face.afl);
  const { certificate, remainder } = certify(authority.key, {
    format: 0x02,
    subject: issuerSubject(pan),
    expiry: fromHex(EXPIRY),
    modulus: issuer.modulus,
    exponent: issuer.exponent,
  });
  const keyTags = (
    names: readonly [string, string, string],
    { modulus, exponent }: Signer,
    staticData: Uint8Array,
  ): Record<string, string> => {
    const content = { format: 0x04, subject: cardSubject(pan), expiry: fromHex(EXPIRY) } as const;
    const made = certify(issuer.key, { ...content, modulus, exponent, staticData });
    return tags([
      [names[0], made.certificate],
      [names[1], exponent],
      [names[2], made.remainder],
    ]);
  };
  return {
    'issuer-certificate': tags([
      ['8F', Uint8Array.of(AUTHORITY_INDEX)],
      ['90', certificate],
      ['92', remainder],
      ['9F32', issuer.exponent],
    ]),
    'icc-certificate': keyTags(['9F46', '9F47', '9F48'], card, data),
    'pin-certificate': keyTags(['9F2D', '9F2E', '9F2F'], pin, new Uint8Array(0)),
    'static-signature': tags([['93', signStaticData(issuer.key, DATA_AUTHENTICATION_CODE, data)]]),
  };
}

/** The same with SM2. JR/T 0025.17. */
function smCertificates(
  { pan }: ApplicationData,
  face: Face,
  { smIssuer, smCard }: Readonly<Record<'smIssuer' | 'smCard', Sm2PrivateKey>>,
  authority: Sm2PrivateKey,
): FaceCertificates {
  const staticData = faceStaticData(face, face.smAfl ?? face.afl);
  const expiry = fromHex(EXPIRY);
  const issuer = certifySm(authority, { format: 0x12, subject: issuerSubject(pan), expiry, key: smIssuer });
  const card = certifySm(smIssuer, { format: 0x14, subject: cardSubject(pan), expiry, key: smCard, staticData });
  return {
    'sm-issuer-certificate': tags([
      ['8F', Uint8Array.of(SM_AUTHORITY_INDEX)],
      ['90', issuer],
    ]),
    'sm-icc-certificate': tags([['9F46', card]]),
    'sm-static-signature': tags([['93', signSmStaticData(smIssuer, DATA_AUTHENTICATION_CODE, staticData)]]),
  };
}

function issuerSubject(pan: string): Uint8Array {
  return fromHex(pan.slice(0, 6).padEnd(8, 'F'));
}

function cardSubject(pan: string): Uint8Array {
  return fromHex(pan.padEnd(20, 'F'));
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
