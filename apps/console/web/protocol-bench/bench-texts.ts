import type { Bilingual } from '@zhanggui/base';
import type { Format } from '../../pure/protocol-bench/reading.ts';

/** The words of the page; it takes its language as a property and so needs no provider around it. */
export const TEXTS = {
  title: { zh: '协议工作台', en: 'Protocol bench' },
  promise: { zh: '一切在本浏览器内完成，不发送任何数据。', en: 'Everything happens in this browser; nothing is sent.' },
  input: { zh: '粘贴十六进制或二维码内容', en: 'Paste hexadecimal or the text of a code' },
  clear: { zh: '清空', en: 'Clear' },
  auto: { zh: '自动识别', en: 'Recognise' },
  formats: { zh: '格式', en: 'Format' },
  examples: { zh: '示例', en: 'Examples' },
  reveal: { zh: '显示明文', en: 'Show in clear' },
  revealed: {
    zh: '正在显示卡号等敏感数据，请勿用于真实卡片。',
    en: 'Card data is shown in clear. Do not do this with real cards.',
  },
  tree: { zh: '内容', en: 'Contents' },
  dump: { zh: '原始数据', en: 'Raw data' },
  empty: { zh: '这里会显示报文的结构。试试上面的示例。', en: 'The structure will appear here. Try an example.' },
  unknown: {
    zh: '认不出这是什么。请检查是否粘贴完整，或手动选择格式。',
    en: 'Not recognised. Check that all of it was pasted, or choose a format.',
  },
  refused: { zh: '不符合规范', en: 'Refused' },
  at: { zh: '位置', en: 'at' },
  offset: { zh: '偏移', en: 'offset' },
  bytes: { zh: '字节', en: 'bytes' },
  characters: { zh: '字符', en: 'characters' },
} as const satisfies Readonly<Record<string, Bilingual>>;

export const FORMAT_NAMES: Readonly<Record<Format, Bilingual>> = {
  tlv: { zh: 'TLV', en: 'TLV' },
  iso8583: { zh: 'ISO 8583', en: 'ISO 8583' },
  'qr-merchant': { zh: '商户二维码', en: 'Merchant QR' },
  'qr-consumer': { zh: '用户二维码', en: 'Consumer QR' },
  'payment-code': { zh: '付款码', en: 'Payment code' },
  atr: { zh: '复位应答 ATR', en: 'ATR' },
  'apdu-command': { zh: '卡片命令', en: 'APDU command' },
  'apdu-response': { zh: '卡片应答', en: 'APDU response' },
};

/** Made-up data to try the page with; no card number in it belongs to anybody. */
export const EXAMPLES: readonly { readonly format: Format; readonly text: string }[] = [
  {
    format: 'tlv',
    text: '9F2608A1B2C3D4E5F607189F2701809F36020001950500000080009A032611229C01009F02060000000025995F2A0201565A0A6228480000000000018F9F3303E0E9C8',
  },
  {
    format: 'iso8583',
    text: '00BC60000300006031003101000200702406C020C09A1119622848000000000001800000000000000025990000013012051000010006376228480000000000018D30122011234567890031323334353637383839383231303135343131303030323135361122334455667788260000000000000000559F2608A1B2C3D4E5F607189F2701809F36020001950500000080009A032611229C01009F02060000000025995F2A0201569F3303E0E9C80014220000010006003031323334353637',
  },
  {
    format: 'qr-merchant',
    text: '00020101021229300012D156000000000510A93FO3230Q520441115303156540523.725802CN5914BEST TRANSPORT6007BEIJING63041DE5',
  },
  { format: 'payment-code', text: '284957381940238471' },
  { format: 'atr', text: '3B 65 00 00 20 63 CB 68 00' },
  { format: 'apdu-command', text: '00 A4 04 00 07 A0000003330101 00' },
  { format: 'apdu-response', text: '6F 1B 84 07 A0000003330101 A5 10 50 08 554E494F4E504159 87 01 01 9F 38 00 90 00' },
];
