import { toHex, utf8Encode } from '@zhanggui/base';
import {
  generateSm2Key,
  importKey,
  importSm2PrivateKey,
  importSm2PublicKey,
  revealSm2PrivateKey,
  sm2Decrypt,
  sm2Encrypt,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
  sm3,
  sm4CbcDecrypt,
  sm4CbcEncrypt,
  sm4EcbDecrypt,
  sm4EcbEncrypt,
} from '@zhanggui/paycrypto';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, shownSecret, table } from '../values.ts';

const PADDINGS = ['pkcs7', 'none', 'zeros', 'method-2'] as const;
const FORMATS = ['c1c3c2', 'c1c2c3', 'der'] as const;

const ACTIONS: Readonly<Record<string, (call: Call) => Promise<Answer>>> = {
  sm3: async (call) => hexAnswer(sm3(await input(call)), 'digest'),
  'sm4-encrypt': async (call) => hexAnswer(await sm4(call, 'encrypt'), 'ciphertext'),
  'sm4-decrypt': async (call) => hexAnswer(await sm4(call, 'decrypt'), 'plaintext'),
  'sm2-key': sm2Key,
  'sm2-sign': sm2SignAction,
  'sm2-verify': sm2VerifyAction,
  'sm2-encrypt': async (call) =>
    hexAnswer(sm2Encrypt(publicKey(call), await input(call), call.choice('format', FORMATS)), 'ciphertext'),
  'sm2-decrypt': async (call) => {
    const ciphertext = await input(call);
    return hexAnswer(sm2Decrypt(await privateKey(call), ciphertext, call.choice('format', FORMATS)), 'plaintext');
  },
};

export const sm: Command = {
  name: 'sm',
  summary: 'Chinese ciphers: SM3 digest, SM4, SM2 keys, signatures and encryption',
  forms: [`${Object.keys(ACTIONS).join('|')} [HEX|-] [--text]`],
  options: {
    text: { type: 'boolean', help: 'the data is text (UTF-8) and not hexadecimal' },
    iv: { type: 'string', value: 'HEX', help: 'sm4: initialisation vector, which makes it CBC instead of ECB' },
    padding: { type: 'string', value: 'P', help: `sm4: ${PADDINGS.join(', ')} (default: pkcs7)` },
    public: { type: 'string', value: 'HEX', help: 'sm2: public key, 04 and the point' },
    signature: { type: 'string', value: 'HEX', help: 'sm2-verify: the signature in DER' },
    'user-id': { type: 'string', value: 'TEXT', help: 'sm2: identity of the signer (default: 1234567812345678)' },
    format: { type: 'string', value: 'F', help: `sm2 ciphertext: ${FORMATS.join(', ')} (default: c1c3c2)` },
  },
  secrets: { key: 'Key (hex)' },
  examples: [
    { args: 'sm3 abc --text', says: 'the digest' },
    {
      args: 'sm4-encrypt 0123456789ABCDEFFEDCBA9876543210 --padding none --key-file key.txt',
      says: 'one block in ECB',
      files: { 'key.txt': '0123456789ABCDEFFEDCBA9876543210' },
    },
    {
      args: 'sm2-sign "message digest" --text --key-file private.txt',
      says: 'a signature in DER',
      files: { 'private.txt': '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8' },
    },
  ],
  async run(call) {
    const [name = ''] = call.positionals;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new UsageError(`Say what to do: ${Object.keys(ACTIONS).join(', ')}.`);
    return action(call);
  },
};

async function input(call: Call): Promise<Uint8Array> {
  const given = await call.data(1, 'the data');
  return call.flag('text') ? utf8Encode(given) : bytesOf(given, 'the data');
}

function hexAnswer(bytes: Uint8Array, name: string): Answer {
  return { text: toHex(bytes), data: { [name]: toHex(bytes) } };
}

async function sm4(call: Call, direction: 'encrypt' | 'decrypt'): Promise<Uint8Array> {
  const data = await input(call);
  const padding = call.choice('padding', PADDINGS);
  const iv = call.option('iv');
  const key = importKey((await call.secret('key')).replace(/\s/g, ''), { algorithm: 'SM4', usage: 'data' });
  if (iv === undefined)
    return direction === 'encrypt' ? sm4EcbEncrypt(key, data, padding) : sm4EcbDecrypt(key, data, padding);
  const vector = bytesOf(iv, '--iv');
  return direction === 'encrypt'
    ? sm4CbcEncrypt(key, vector, data, padding)
    : sm4CbcDecrypt(key, vector, data, padding);
}

async function sm2Key(call: Call): Promise<Answer> {
  const key = call.hasSecret('key') ? await privateKey(call) : generateSm2Key();
  if (!call.unmask) call.remark('The private key is masked; --unmask shows it.');
  const point = toHex(key.publicKey.toBytes());
  const clear = shownSecret(toHex(revealSm2PrivateKey(key)), call.unmask);
  const text = table([
    ['public key', point],
    ['private key', clear],
  ]);
  return { text, data: { publicKey: point, privateKey: clear } };
}

async function sm2SignAction(call: Call): Promise<Answer> {
  const message = await input(call);
  return hexAnswer(sm2SignatureToDer(sm2Sign(await privateKey(call), message, userId(call))), 'signature');
}

async function sm2VerifyAction(call: Call): Promise<Answer> {
  const message = await input(call);
  const signature = sm2SignatureFromDer(bytesOf(call.option('signature') ?? '', '--signature'));
  const right = sm2Verify(publicKey(call), message, signature, userId(call));
  return { text: right ? 'right' : 'wrong', data: { right }, negative: !right };
}

async function privateKey(call: Call) {
  return importSm2PrivateKey((await call.secret('key')).replace(/\s/g, ''));
}

function publicKey(call: Call) {
  const given = call.option('public');
  if (given === undefined) throw new UsageError('--public is missing.');
  return importSm2PublicKey(bytesOf(given, '--public'));
}

function userId(call: Call): Uint8Array | undefined {
  const given = call.option('user-id');
  return given === undefined ? undefined : utf8Encode(given);
}
