import { utf8Encode } from '@zhanggui/base';
import {
  cmac,
  decodePinBlock,
  encipherPinBlock,
  encodePinBlock,
  encryptCbc,
  importKey,
  isTdesKsnValid,
  nextTdesKsn,
  type PinBlockFormat,
  padIso9797,
  retailMac,
  type SecretKey,
  type TdesDukptUsage,
  tdesDukptHostKey,
  tdesDukptInitialKey,
  tdesDukptTransactionKey,
  tdesDukptWorkingKey,
} from '@zhanggui/paycrypto';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytes, hexOf, optionalText, requireConsistent, text } from './crypto-values.ts';

/** DUKPT on TDES, ANSI X9.24-1. */
export const kinds: Kinds = {
  ik: (inputs) => ({ ik: hexOf(initialKey(inputs)) }),
  'txn-key': (inputs) => {
    const ksn = bytes(inputs, 'ksn');
    const root = initialKey(inputs);
    const transactionKey = tdesDukptTransactionKey(root, ksn);
    const key = (usage: TdesDukptUsage): SecretKey => tdesDukptWorkingKey(transactionKey, usage);
    return new Facts({
      ik: hexOf(root),
      transactionKey: hexOf(transactionKey),
      pinKey: hexOf(key('pin')),
      ...(inputs.pin === undefined ? {} : pinBlock(inputs, key('pin'))),
      ...(inputs.macDataAscii === undefined ? {} : macs(utf8Encode(text(inputs, 'macDataAscii')), key)),
    });
  },
  'ksn-next': (inputs) => {
    const next = nextTdesKsn(bytes(inputs, 'ksn'));
    return { nextKsn: next === undefined ? null : hexOf(next) };
  },
  'ksn-valid': (inputs) => ({ valid: isTdesKsnValid(bytes(inputs, 'ksn')) }),
  error: (inputs) => ({ key: hexOf(tdesDukptHostKey(bdkOf(inputs), bytes(inputs, 'ksn'), 'pin')) }),
};

function bdkOf(inputs: Inputs): SecretKey {
  return importKey(text(inputs, 'bdk'), { algorithm: 'TDES', usage: 'bdk' });
}

function initialKey(inputs: Inputs): SecretKey {
  if (optionalText(inputs, 'bdk') === undefined)
    return importKey(text(inputs, 'ik'), { algorithm: 'TDES', usage: 'dukpt-initial' });
  const derived = tdesDukptInitialKey(bdkOf(inputs), bytes(inputs, 'ksn'));
  requireConsistent(inputs, { ik: hexOf(derived) });
  return derived;
}

function pinBlock(inputs: Inputs, key: SecretKey): Readonly<Record<string, string>> {
  const [pin, pan] = [text(inputs, 'pin'), text(inputs, 'pan')];
  const format = (inputs.pinBlockFormat ?? 0) as PinBlockFormat;
  const clear = encodePinBlock(pin, { format, pan });
  requireConsistent(inputs, { clearPinBlock: hexOf(clear) });
  const encrypted = encipherPinBlock(key, decodePinBlock(clear, { format, pan }), { format, pan });
  return { clearPinBlock: hexOf(clear), encryptedPinBlock: hexOf(encrypted) };
}

function macs(message: Uint8Array, key: (usage: TdesDukptUsage) => SecretKey): Readonly<Record<string, string>> {
  const request = retailMac(key('mac-request'), message);
  const response = retailMac(key('mac-response'), message);
  const blocks = padIso9797(message, 1);
  return {
    requestMac8: hexOf(request),
    requestMac4: hexOf(request.subarray(0, 4)),
    responseMac8: hexOf(response),
    responseMac4: hexOf(response.subarray(0, 4)),
    requestCmac8: hexOf(cmac(key('mac-request'), message)),
    responseCmac8: hexOf(cmac(key('mac-response'), message)),
    requestDataCbcZeroIv: hexOf(encryptCbc(key('data-request'), blocks)),
    responseDataCbcZeroIv: hexOf(encryptCbc(key('data-response'), blocks)),
  };
}
