import type { Kinds } from './kind.ts';
import { kinds as apduTraces } from './topics/apdu-traces.ts';
import { kinds as capk } from './topics/capk.ts';
import { kinds as cups8583 } from './topics/cups8583.ts';
import { kinds as cvvPvv } from './topics/cvv-pvv.ts';
import { kinds as dukptAes } from './topics/dukpt-aes.ts';
import { kinds as dukptTdes } from './topics/dukpt-tdes.ts';
import { kinds as emvArqc } from './topics/emv-arqc.ts';
import { kinds as emvKernel } from './topics/emv-kernel.ts';
import { kinds as emvOda } from './topics/emv-oda.ts';
import { kinds as emvQr } from './topics/emv-qr.ts';
import { kinds as emvTlv } from './topics/emv-tlv.ts';
import { kinds as iso8583 } from './topics/iso8583.ts';
import { kinds as mac } from './topics/mac.ts';
import { kinds as pinblock } from './topics/pinblock.ts';
import { kinds as sm } from './topics/sm.ts';
import { kinds as tr31 } from './topics/tr31.ts';
import { kinds as wechatAlipay } from './topics/wechat-alipay.ts';

/** One line a topic: the kinds its vector files may hold. */
export const topics: Readonly<Record<string, Kinds>> = {
  'apdu-traces': apduTraces,
  capk,
  cups8583,
  iso8583,
  'cvv-pvv': cvvPvv,
  'dukpt-aes': dukptAes,
  'dukpt-tdes': dukptTdes,
  'emv-kernel': emvKernel,
  'emv-oda': emvOda,
  'emv-arqc': emvArqc,
  'emv-qr': emvQr,
  'emv-tlv': emvTlv,
  mac,
  pinblock,
  tr31,
  sm,
  'wechat-alipay': wechatAlipay,
};
