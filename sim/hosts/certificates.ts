import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { DataFile } from '../data-file.ts';
import { bits, boolean, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from '../der.ts';

/** A certificate authority of the simulator and a host certificate under it, PEM. */
export interface HostCertificates {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 5 * 365;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** The bank host's certificates, made at the first start and kept in `path`. */
export function loadCertificates(path: string): HostCertificates {
  return new DataFile(path, () => makeCertificates(new Date())).content;
}

/** A new authority and, under it, a certificate for 127.0.0.1 and localhost, valid from the day before `now`. */
export function makeCertificates(now: Date): HostCertificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const host = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityName = 'Zhanggui simulator bank authority';
  const common = { issuer: authorityName, now, signingKey: authority.privateKey };
  const caExtensions = [
    extension('2.5.29.19', true, sequence(boolean(true), integer(0))),
    extension('2.5.29.15', true, bits(Uint8Array.of(0x06), 1)),
  ];
  const hostExtensions = [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Uint8Array.of(0x80), 7)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension(
      '2.5.29.17',
      false,
      sequence(
        tagged(7, Uint8Array.of(127, 0, 0, 1), 'primitive'),
        tagged(2, Buffer.from('localhost', 'ascii'), 'primitive'),
      ),
    ),
  ];
  return {
    caPem: certificate({ ...common, subject: authorityName, publicKey: authority.publicKey, extensions: caExtensions }),
    certificatePem: certificate({
      ...common,
      subject: 'Zhanggui simulator bank host',
      publicKey: host.publicKey,
      extensions: hostExtensions,
    }),
    keyPem: host.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

interface CertificateRequest {
  readonly subject: string;
  readonly issuer: string;
  readonly now: Date;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

/** An X.509 version 3 certificate (RFC 5280 clause 4.1), signed with ECDSA and SHA-256, PEM. */
function certificate({ subject, issuer, now, publicKey, signingKey, extensions }: CertificateRequest): string {
  const from = new Date(now.getTime() - DAY_MS);
  const until = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  const body = sequence(
    tagged(0, integer(2), 'constructed'),
    integer(serialNumber()),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(utcTime(from), utcTime(until)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(3, sequence(...extensions), 'constructed'),
  );
  const der = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, signingKey)));
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Common name alone. */
function nameOf(text: string): Uint8Array {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(text))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

/** Sixteen random bytes that read as a positive number with no zero in front. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}
