import { createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@zhanggui/base';
import { type ContactlessSettings, caKeyCheckSum } from '@zhanggui/emv';
import { aesDukptInitialKey, importKey, wrapKeyBlock } from '@zhanggui/paycrypto';
import type { ReaderSettings } from '@zhanggui/terminal';
import type { FastifyInstance } from 'fastify';
import { systemRng } from './card-box.ts';
import type { ReaderGrant } from './reader-keys.ts';

/** What a device is given: its initial key as a key block, and what it reads chips by. Bytes are hexadecimal, points Base64. */
interface LoadedDevice {
  readonly readerId: string;
  readonly initialKeyId: string;
  readonly publicKey: string;
  readonly keyBlock: string;
  readonly checkValue: string;
  readonly parameters: object;
}

/**
 * The key-loading party: a device gets an initial key of its own, a new one each time, under a key that both agree on by ECDH (P-256) and
 * HKDF-SHA-256, as a TR-31 block of version D.
 */
export function keyLoadingRoute(
  app: FastifyInstance,
  grants: () => readonly ReaderGrant[],
  settings: ReaderSettings,
): void {
  app.post<{ Params: { readerId: string }; Body: { publicKey?: unknown } | null }>(
    '/readers/:readerId/initial-key',
    async ({ params, body }, reply) => {
      const grant = grants().find(({ readerId }) => readerId === params.readerId);
      if (grant === undefined) return reply.code(404).send({ code: 'no-such-reader' });
      const loaded = typeof body?.publicKey === 'string' ? load(grant, body.publicKey, settings) : undefined;
      return loaded === undefined ? reply.code(422).send({ code: 'bad-key' }) : reply.code(201).send(loaded);
    },
  );
}

function load(
  { readerId, bdkId, bdk }: ReaderGrant,
  theirs: string,
  settings: ReaderSettings,
): LoadedDevice | undefined {
  const own = createECDH('prime256v1');
  const publicKey = own.generateKeys('base64');
  const shared = sharedSecret(() => own.computeSecret(Buffer.from(theirs, 'base64')));
  if (shared === undefined) return undefined;
  const info = ['zhanggui key loading', theirs, publicKey].join('\n');
  const protection = toHex(new Uint8Array(hkdfSync('sha256', shared, Buffer.alloc(0), info, 32)));
  const initialKeyId = fromHex(bdkId + derivationId());
  const initialKey = aesDukptInitialKey(importKey(bdk, { algorithm: 'AES', usage: 'bdk' }), initialKeyId);
  const keyBlock = wrapKeyBlock(
    importKey(protection, { algorithm: 'AES', usage: 'key-block-protection' }),
    initialKey,
    { version: 'D', keyUsage: 'B1', modeOfUse: 'X', exportability: 'N' },
    systemRng,
  );
  return {
    readerId,
    initialKeyId: toHex(initialKeyId),
    publicKey,
    keyBlock,
    checkValue: initialKey.checkValue(3),
    parameters: parametersOf(settings),
  };
}

/** Undefined when what came is no point of the curve. */
function sharedSecret(compute: () => Buffer): Buffer | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

/** By lot, beyond the low numbers of the virtual readers. */
function derivationId(): string {
  const bytes = randomBytes(4);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return toHex(bytes);
}

/** A terminal's parameters in the form of its file. */
function parametersOf({ emv, pinBlockFormat }: ReaderSettings): object {
  return {
    values: Object.fromEntries([...emv.values].map(([tag, value]) => [tag, toHex(value)])),
    applications: emv.applications.map(({ aid, match, version, actionCodes, floorLimitMinor, contactless }) => ({
      aid: toHex(aid),
      match,
      version: toHex(version),
      denial: toHex(actionCodes.denial),
      online: toHex(actionCodes.online),
      default: toHex(actionCodes.default),
      floorLimitMinor,
      ...(contactless === undefined ? {} : { contactless: contactlessParameters(contactless) }),
    })),
    caKeys: emv.caKeys.map((key) => ({
      rid: toHex(key.rid),
      index: key.index,
      algorithm: key.algorithm,
      modulus: toHex(key.modulus),
      exponent: toHex(key.exponent),
      checkSum: toHex(caKeyCheckSum(key)),
    })),
    cardholderSelection: emv.cardholderSelection,
    pinBlockFormat,
  };
}

/** Without the times of a reader, which only who has the reader can know. */
function contactlessParameters({ relayResistance: _, ...contactless }: ContactlessSettings): object {
  return { ...contactless, ttq: toHex(contactless.ttq) };
}
