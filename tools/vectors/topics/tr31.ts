import {
  CryptoRefusal,
  deriveKeyBlockKeys,
  importKey,
  type KeyBlockVersion,
  keyUsageOf,
  type ReadHeader,
  readKeyBlockHeader,
  type SecretKey,
  type UnwrappedKeyBlock,
  unwrapKeyBlock,
  writeKeyBlockHeader,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds, Leading } from '../kind.ts';
import { hexOf, text } from './crypto-values.ts';

/** What vectors call the data of some optional blocks. */
const OPTIONAL_NAMES: Readonly<Record<string, string>> = { KS: 'ksn', IK: 'ikid', LB: 'label', TS: 'timestamp' };

/** Key blocks of TR-31 and ANSI X9.143. */
export const kinds: Kinds = {
  unwrap,
  'unwrap-error': unwrap,
  'kbpk-derive': (inputs) => {
    const method = /^(A|B|C|D|E)\b/.exec(text(inputs, 'method'))?.[1] as KeyBlockVersion | undefined;
    if (method === undefined) throw new CryptoRefusal('key-block-header', 'there is no such version');
    const { encryption, authentication } = deriveKeyBlockKeys(protectionKey(inputs, method), method);
    return { kbek: hexOf(encryption), kbmk: hexOf(authentication) };
  },
  header,
  'header-error': header,
  decode: (inputs) => {
    const read = readKeyBlockHeader(text(inputs, inputs.keyBlock === undefined ? 'header' : 'keyBlock'));
    return new Facts({ ...headerFacts(read), consumed: read.consumed });
  },
};

function unwrap(inputs: Inputs): Facts {
  const keyBlock = text(inputs, 'keyBlock');
  const read = readKeyBlockHeader(keyBlock);
  const block = unwrapKeyBlock(protectionKey(inputs, read.header.version), keyBlock);
  return new Facts({
    ...headerFacts(read),
    key: hexOf(block.reveal()),
    keyLengthBits: block.keyLengthBits,
    paddedPlaintextLength: block.payloadLength,
    ...checkValue(block),
  });
}

function header(inputs: Inputs): Facts {
  const read = readKeyBlockHeader(text(inputs, 'header'));
  return new Facts({ ...headerFacts(read), consumed: read.consumed, canonical: writeKeyBlockHeader(read.header) });
}

function headerFacts({ header: fields, lengthField, countField }: ReadHeader): Readonly<Record<string, unknown>> {
  const { optionalBlocks, ...characters } = fields;
  const named = optionalBlocks.flatMap(({ id, data }) =>
    OPTIONAL_NAMES[id] === undefined ? [] : [[OPTIONAL_NAMES[id], data]],
  );
  return {
    ...characters,
    length: lengthField,
    optBlockCount: countField,
    optBlocks: optionalBlocks.map(({ id, data }) => [id, data]),
    ...Object.fromEntries(named),
  };
}

/** Sources print 2 to 5 bytes of it. */
function checkValue(block: UnwrappedKeyBlock): Readonly<Record<string, unknown>> {
  if (!/^[ADT]$/.test(block.header.algorithm)) return {};
  const key = block.toKey(keyUsageOf(block.header.keyUsage) ?? 'data');
  return { kcv: new Leading(key.checkValue(5), 4) };
}

function protectionKey(inputs: Inputs, version: KeyBlockVersion): SecretKey {
  const hex = text(inputs, 'kbpk');
  const des = hex.length === 16 && version !== 'B' ? 'DES' : 'TDES';
  return importKey(hex, { algorithm: version === 'D' || version === 'E' ? 'AES' : des, usage: 'key-block-protection' });
}
