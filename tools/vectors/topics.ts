import type { Kinds } from './kind.ts';
import { kinds as dukptAes } from './topics/dukpt-aes.ts';
import { kinds as emvQr } from './topics/emv-qr.ts';
import { kinds as emvTlv } from './topics/emv-tlv.ts';
import { kinds as mac } from './topics/mac.ts';
import { kinds as pinblock } from './topics/pinblock.ts';
import { kinds as wechatAlipay } from './topics/wechat-alipay.ts';

/** One line a topic: the kinds its vector files may hold. */
export const topics: Readonly<Record<string, Kinds>> = {
  'dukpt-aes': dukptAes,
  'emv-qr': emvQr,
  'emv-tlv': emvTlv,
  mac,
  pinblock,
  'wechat-alipay': wechatAlipay,
};
