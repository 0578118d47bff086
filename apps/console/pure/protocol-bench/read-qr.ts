import { type Bilingual, fromHex } from '@zhanggui/base';
import {
  classifyPaymentCode,
  decodeConsumerPresented,
  decodeMerchantPresented,
  type MerchantField,
  maskPaymentCode,
  QrError,
  type Wallet,
} from '@zhanggui/qr';
import { merchantFieldName, WALLET_NAMES } from './qr-names.ts';
import { tlvNodes } from './read-tlv.ts';
import { byteUnits, type Pasted, type Problem, type Reading, type ReadingNode } from './reading.ts';

const CONSUMER_NAMES: Readonly<Record<string, Bilingual>> = {
  '85': { zh: '载荷格式标识', en: 'Payload Format Indicator' },
  '61': { zh: '应用模板', en: 'Application Template' },
  '62': { zh: '公共数据模板', en: 'Common Data Template' },
  '63': { zh: '应用专用透明模板', en: 'Application Specific Transparent Template' },
  '64': { zh: '公共透明模板', en: 'Common Data Transparent Template' },
};

/** An EMVCo merchant-presented code; a broken rule beyond structure and CRC is told, not refused. */
export function readMerchantQr({ text }: Pasted): Reading | undefined {
  if (!/^0002\d\d/.test(text)) return undefined;
  const { fields } = decodeMerchantPresented(text, { strict: false });
  const problem = strictProblem(() => decodeMerchantPresented(text));
  const dynamic = fields.some(({ id, value }) => id === '01' && value === '12');
  return {
    format: 'qr-merchant',
    title: dynamic
      ? { zh: '商户出示二维码（动态）', en: 'Merchant-presented code (dynamic)' }
      : { zh: '商户出示二维码', en: 'Merchant-presented code' },
    units: Array.from(text),
    unitName: 'character',
    nodes: merchantNodes(fields, 0, ''),
    ...(problem === undefined ? {} : { problem }),
  };
}

function merchantNodes(fields: readonly MerchantField[], base: number, parent: string): readonly ReadingNode[] {
  let at = base;
  return fields.map(({ id, length, value, children }) => {
    const start = at;
    at += 4 + length;
    return {
      label: parent === '' ? id : `${parent}.${id}`,
      name: merchantFieldName(parent, id),
      value: children === undefined ? value : '',
      notes: [],
      start,
      end: at,
      children: children === undefined ? [] : merchantNodes(children, start + 4, id),
    };
  });
}

/** An EMVCo consumer-presented code; places count the bytes that its Base64 holds. */
export function readConsumerQr({ text, reveal }: Pasted): Reading | undefined {
  if (!text.startsWith('hQVDUFYwM')) return undefined;
  const { hex } = decodeConsumerPresented(text, { strict: false });
  const problem = strictProblem(() => decodeConsumerPresented(text));
  const bytes = fromHex(hex);
  return {
    format: 'qr-consumer',
    title: { zh: '用户出示二维码（EMVCo）', en: 'Consumer-presented code (EMVCo)' },
    units: byteUnits(bytes),
    unitName: 'byte',
    nodes: tlvNodes(bytes, reveal).map((node) => renamed(node, hex)),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The code's own templates are in no chip dictionary, and its format indicator is no secret. */
function renamed({ hiddenFrom, ...node }: ReadingNode, hex: string): ReadingNode {
  const children = node.children.map((child) => renamed(child, hex));
  const name = CONSUMER_NAMES[node.label] ?? node.name;
  if (node.label === '85') return { ...node, name, value: hex.slice(2 * (node.end - 5), 2 * node.end), children };
  return { ...node, name, children, ...(hiddenFrom === undefined ? {} : { hiddenFrom }) };
}

/** A customer's payment code, which is itself a means of payment and stays masked. */
export function readPaymentCode({ text, reveal }: Pasted): Reading | undefined {
  const found = classifyPaymentCode(text);
  if (found.outcome === 'unsupported' || found.form === 'emv-consumer' || found.wallet === undefined) return undefined;
  const units = Array.from(found.code);
  const name = walletName(found.wallet);
  return {
    format: 'payment-code',
    title: { zh: `${name.zh}付款码`, en: `${name.en} payment code` },
    units,
    unitName: 'character',
    nodes: [
      {
        label: found.form,
        name,
        value: reveal ? found.code : maskPaymentCode(found.code),
        notes: [{ zh: '一次有效，约一分钟过期', en: 'valid once, for about a minute' }],
        start: 0,
        end: units.length,
        ...(reveal ? {} : { hiddenFrom: 0 }),
        children: [],
      },
    ],
  };
}

function walletName(wallet: Wallet): Bilingual {
  return WALLET_NAMES[wallet];
}

function strictProblem(decode: () => unknown): Problem | undefined {
  try {
    decode();
    return undefined;
  } catch (error) {
    if (!(error instanceof QrError)) throw error;
    const { code, message, path, offset } = error;
    return { code, message, path, offset };
  }
}
