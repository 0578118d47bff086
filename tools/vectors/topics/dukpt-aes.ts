import {
  type AesDukptKeyType,
  type AesDukptUsage,
  aesDukptHostKey,
  aesDukptInitialKey,
  aesDukptTransactionKey,
  aesDukptUpdateKey,
  aesDukptWorkingKey,
  CryptoRefusal,
  cmac,
  encipherPinBlock,
  encodePanField4,
  encodePinField4,
  encryptCbc,
  hmac,
  isAesKsnValid,
  nextAesKsn,
  padIso9797,
  type SecretKey,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { aesKey, bytes, data, hexOf, optionalText, requireConsistent, text } from './crypto-values.ts';

/** Usages by their name in the vectors, with the indicator that they have in derivation data. */
const USAGES: Readonly<Record<string, readonly [usage: AesDukptUsage, code: string]>> = {
  KEK: ['key-encryption', '0002'],
  PIN: ['pin', '1000'],
  MACGEN: ['mac-generate', '2000'],
  MACVER: ['mac-verify', '2001'],
  MACBOTH: ['mac-both', '2002'],
  ENC: ['data-encrypt', '3000'],
  DEC: ['data-decrypt', '3001'],
  ENCDEC: ['data-both', '3002'],
};
const KEY_TYPES: Readonly<Record<string, AesDukptKeyType>> = {
  '2TDEA': '2TDEA',
  TDES2: '2TDEA',
  '3TDEA': '3TDEA',
  TDES3: '3TDEA',
  AES128: 'AES128',
  AES192: 'AES192',
  AES256: 'AES256',
  HMAC128: 'HMAC128',
  HMAC192: 'HMAC192',
  HMAC256: 'HMAC256',
};

/** DUKPT on AES, ANSI X9.24-3. */
export const kinds: Kinds = {
  ik: (inputs) => ({ ik: hexOf(initialKey(inputs)) }),
  'txn-key': (inputs) => ({ transactionKey: hexOf(aesDukptTransactionKey(initialKey(inputs), bytes(inputs, 'ksn'))) }),
  'work-key': (inputs) => ({ key: hexOf(workingKey(inputs, usageOf(inputs), keyType(inputs))) }),
  pin4: (inputs) => {
    const key = workingKey(inputs, 'pin', keyType(inputs));
    const [pin, pan] = [text(inputs, 'pin'), text(inputs, 'pan')];
    const rng = { bytes: () => bytes(inputs, 'random8') };
    const fields = { pinField: hexOf(encodePinField4(pin, rng)), panField: hexOf(encodePanField4(pan)) };
    requireConsistent(inputs, fields);
    return new Facts({
      ...fields,
      pinKey: hexOf(key),
      encryptedPinBlock: hexOf(encipherPinBlock(key, pin, { format: 4, pan, rng })),
    });
  },
  mac: (inputs) => {
    const type = keyType(inputs);
    const hmacType = hmacKeyType(inputs, type);
    const message = data(inputs);
    const key = (usage: AesDukptUsage, keyType: AesDukptKeyType): SecretKey => workingKey(inputs, usage, keyType);
    const blocks = padIso9797(message, 1, 16);
    return new Facts({
      cmacReq: hexOf(cmac(key('mac-generate', type), message)),
      cmacRsp: hexOf(cmac(key('mac-verify', type), message)),
      hmacReq: hexOf(hmac(key('mac-generate', hmacType), message)),
      hmacRsp: hexOf(hmac(key('mac-verify', hmacType), message)),
      encReq: hexOf(encryptCbc(key('data-encrypt', type), blocks)),
      encRsp: hexOf(encryptCbc(key('data-decrypt', type), blocks)),
    });
  },
  'update-key': (inputs) => {
    const key = hexOf(aesDukptUpdateKey(initialKey(inputs), keyId(inputs)));
    return new Facts({ updateKey: key, key, kek: key });
  },
  'ksn-next': (inputs) => {
    const next = nextAesKsn(bytes(inputs, 'ksn'));
    return { nextKsn: next === undefined ? null : hexOf(next) };
  },
  'ksn-valid': (inputs) => ({ valid: isAesKsnValid(bytes(inputs, 'ksn')) }),
  error: (inputs) => ({
    key: hexOf(workingKey(inputs, inputs.usage === undefined ? 'pin' : usageOf(inputs), keyType(inputs))),
  }),
};

function usageOf(inputs: Inputs): AesDukptUsage {
  const named = USAGES[text(inputs, 'usage')];
  if (named === undefined) throw new CryptoRefusal('key-usage', 'there is no such key usage');
  const [usage, code] = named;
  requireConsistent(inputs, { usageCode: code });
  return usage;
}

/** The Initial Key ID, alone or as the beginning of a KSN. */
function keyId(inputs: Inputs): Uint8Array {
  return optionalText(inputs, 'ikid') === undefined ? bytes(inputs, 'ksn').subarray(0, 8) : bytes(inputs, 'ikid');
}

/** From the BDK where the vector gives one; an initial key that is given too must be the same. */
function initialKey(inputs: Inputs): SecretKey {
  const bdk = optionalText(inputs, 'bdk');
  if (bdk === undefined) return aesKey(text(inputs, 'ik'), 'dukpt-initial');
  const derived = aesDukptInitialKey(aesKey(bdk, 'bdk'), keyId(inputs));
  requireConsistent(inputs, { ik: hexOf(derived) });
  return derived;
}

function workingKey(inputs: Inputs, usage: AesDukptUsage, type: AesDukptKeyType): SecretKey {
  const ksn = bytes(inputs, 'ksn');
  const bdk = optionalText(inputs, 'bdk');
  if (bdk !== undefined && optionalText(inputs, 'ik') === undefined)
    return aesDukptHostKey(aesKey(bdk, 'bdk'), ksn, usage, type);
  return aesDukptWorkingKey(aesDukptTransactionKey(initialKey(inputs), ksn), ksn, usage, type);
}

/** `AES128`, also where words follow it; the type of the root key where none is given. */
function keyType(inputs: Inputs): AesDukptKeyType {
  const rootBits = (optionalText(inputs, 'bdk') ?? text(inputs, 'ik')).length * 4;
  const stated = optionalText(inputs, 'keyType') ?? `AES${rootBits}`;
  const type = KEY_TYPES[/^\w+/.exec(stated.replace(/^(AES|HMAC)-/, '$1'))?.[0] ?? ''];
  if (type === undefined) throw new CryptoRefusal('key-type', 'there is no such key type');
  return type;
}

/** The bits of the HMAC key, which a vector may give in words (`HMAC: algorithm 0005, 128 bits`). */
function hmacKeyType(inputs: Inputs, type: AesDukptKeyType): AesDukptKeyType {
  const bits = /HMAC[^)]*?(\d+) bits/.exec(text(inputs, 'keyType'))?.[1] ?? /\d+$/.exec(type)?.[0];
  return KEY_TYPES[`HMAC${bits ?? '128'}`] ?? 'HMAC128';
}
