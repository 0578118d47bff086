import type { Bilingual } from '@zhanggui/base';
import type { Wallet } from '@zhanggui/qr';

export const WALLET_NAMES: Readonly<Record<Wallet, Bilingual>> = {
  wechat: { zh: '微信支付', en: 'WeChat Pay' },
  alipay: { zh: '支付宝', en: 'Alipay' },
  unionpay: { zh: '银联', en: 'UnionPay' },
  ecny: { zh: '数字人民币', en: 'e-CNY' },
  jd: { zh: '京东支付', en: 'JD Pay' },
  qq: { zh: 'QQ 钱包', en: 'QQ Wallet' },
  bestpay: { zh: '翼支付', en: 'Bestpay' },
};

const OUTER: Readonly<Record<string, Bilingual>> = {
  '00': { zh: '载荷格式标识', en: 'Payload Format Indicator' },
  '01': { zh: '发起方式（11 静态，12 动态）', en: 'Point of Initiation Method (11 static, 12 dynamic)' },
  '15': { zh: '银联商户账户', en: 'UnionPay merchant account' },
  '16': { zh: '银联商户账户', en: 'UnionPay merchant account' },
  '52': { zh: '商户类别码', en: 'Merchant Category Code' },
  '53': { zh: '交易货币', en: 'Transaction Currency' },
  '54': { zh: '交易金额', en: 'Transaction Amount' },
  '55': { zh: '小费或便利费标识', en: 'Tip or Convenience Indicator' },
  '56': { zh: '固定便利费', en: 'Value of Convenience Fee Fixed' },
  '57': { zh: '便利费百分比', en: 'Value of Convenience Fee Percentage' },
  '58': { zh: '国家代码', en: 'Country Code' },
  '59': { zh: '商户名称', en: 'Merchant Name' },
  '60': { zh: '商户城市', en: 'Merchant City' },
  '61': { zh: '邮政编码', en: 'Postal Code' },
  '62': { zh: '附加数据', en: 'Additional Data Field Template' },
  '63': { zh: '循环冗余校验', en: 'CRC' },
  '64': { zh: '商户信息（其他语言）', en: 'Merchant Information - Language Template' },
};

const ADDITIONAL: Readonly<Record<string, Bilingual>> = {
  '01': { zh: '账单号', en: 'Bill Number' },
  '02': { zh: '手机号', en: 'Mobile Number' },
  '03': { zh: '门店标签', en: 'Store Label' },
  '04': { zh: '会员号', en: 'Loyalty Number' },
  '05': { zh: '参考标签', en: 'Reference Label' },
  '06': { zh: '客户标签', en: 'Customer Label' },
  '07': { zh: '终端标签', en: 'Terminal Label' },
  '08': { zh: '交易用途', en: 'Purpose of Transaction' },
  '09': { zh: '要求的客户数据', en: 'Additional Consumer Data Request' },
  '10': { zh: '商户税号', en: 'Merchant Tax ID' },
  '11': { zh: '商户渠道', en: 'Merchant Channel' },
};

const LANGUAGE: Readonly<Record<string, Bilingual>> = {
  '00': { zh: '语言', en: 'Language Preference' },
  '01': { zh: '商户名称', en: 'Merchant Name - Alternate Language' },
  '02': { zh: '商户城市', en: 'Merchant City - Alternate Language' },
};

const GLOBALLY_UNIQUE: Bilingual = { zh: '全球唯一标识', en: 'Globally Unique Identifier' };
const ACCOUNT: Bilingual = { zh: '商户账户信息', en: 'Merchant Account Information' };
const UNRESERVED: Bilingual = { zh: '自用模板', en: 'Unreserved Template' };
const SYSTEM_SPECIFIC: Bilingual = { zh: '支付体系专用', en: 'Payment system specific' };
const RESERVED: Bilingual = { zh: '保留', en: 'Reserved for EMVCo' };

/** The name of a data object of a merchant-presented code; `parent` is empty at the outer level. */
export function merchantFieldName(parent: string, id: string): Bilingual {
  if (parent === '62') return ADDITIONAL[id] ?? (id >= '50' ? SYSTEM_SPECIFIC : RESERVED);
  if (parent === '64') return LANGUAGE[id] ?? RESERVED;
  if (parent !== '') return id === '00' ? GLOBALLY_UNIQUE : SYSTEM_SPECIFIC;
  const known = OUTER[id];
  if (known !== undefined) return known;
  if (id <= '51') return ACCOUNT;
  return id >= '80' ? UNRESERVED : RESERVED;
}
