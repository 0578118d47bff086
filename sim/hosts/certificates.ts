import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { DataFile } from '../data-file.ts';
import { bits, boolean, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from '../der.ts';

/** The authorities of the simulator, a host certificate under the one and a client certificate under the other; PEM. */
export interface HostCertificates {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Authority of the clients. */
  readonly clientCaPem: string;
  readonly clientCertificatePem: string;
  readonly clientKeyPem: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 5 * 365;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const FOR_SERVERS = '1.3.6.1.5.5.7.3.1';
const FOR_CLIENTS = '1.3.6.1.5.5.7.3.2';

/** The bank host's certificates, made at the first start and kept in `path`. */
export function loadCertificates(path: string): HostCertificates {
  return new DataFile(path, () => makeCertificates(new Date())).content;
}

/** New authorities, a certificate for 127.0.0.1 and localhost, and one for a client, valid from the day before `now`. */
export function makeCertificates(now: Date): HostCertificates {
  const loopback = extension(
    '2.5.29.17',
    false,
    sequence(
      tagged(7, Uint8Array.of(127, 0, 0, 1), 'primitive'),
      tagged(2, Buffer.from('localhost', 'ascii'), 'primitive'),
    ),
  );
  const host = makePair(now, 'Zhanggui simulator bank', 'host', [purpose(FOR_SERVERS), loopback]);
  const client = makePair(now, 'Zhanggui simulator clients', 'client', [purpose(FOR_CLIENTS)]);
  return {
    caPem: host.authorityPem,
    certificatePem: host.certificatePem,
    keyPem: host.keyPem,
    clientCaPem: client.authorityPem,
    clientCertificatePem: client.certificatePem,
    clientKeyPem: client.keyPem,
  };
}

/** An authority and one certificate under it. */
function makePair(now: Date, name: string, role: string, extensions: readonly Uint8Array[]) {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const holder = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const authorityName = `${name} authority`;
  const common = { issuer: authorityName, now, signingKey: authority.privateKey };
  const caExtensions = [
    extension('2.5.29.19', true, sequence(boolean(true), integer(0))),
    extension('2.5.29.15', true, bits(Uint8Array.of(0x06), 1)),
  ];
  const plain = [
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.15', true, bits(Uint8Array.of(0x80), 7)),
    ...extensions,
  ];
  return {
    authorityPem: certificate({
      ...common,
      subject: authorityName,
      publicKey: authority.publicKey,
      extensions: caExtensions,
    }),
    certificatePem: certificate({
      ...common,
      subject: `${name} ${role}`,
      publicKey: holder.publicKey,
      extensions: plain,
    }),
    keyPem: holder.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function purpose(id: string): Uint8Array {
  return extension('2.5.29.37', false, sequence(oid(id)));
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
