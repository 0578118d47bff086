import type { Kinds } from './kind.ts';
import { kinds as emvQr } from './topics/emv-qr.ts';
import { kinds as emvTlv } from './topics/emv-tlv.ts';
import { kinds as wechatAlipay } from './topics/wechat-alipay.ts';

/** One line a topic: the kinds its vector files may hold. */
export const topics: Readonly<Record<string, Kinds>> = {
  'emv-qr': emvQr,
  'emv-tlv': emvTlv,
  'wechat-alipay': wechatAlipay,
};
