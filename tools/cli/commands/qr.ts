import {
  classifyPaymentCode,
  crcOfText,
  decodeConsumerPresented,
  decodeMerchantPresented,
  encodeMerchantPresented,
  type MerchantField,
  type MerchantItem,
  maskPaymentCode,
  summarizeMerchantCode,
  type TlvObject,
} from '@zhanggui/qr';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { shownSecret, table } from '../values.ts';

/** Tags of a consumer-presented code that hold the account or the cardholder. */
const SENSITIVE_TAGS: ReadonlySet<string> = new Set(['57', '5A', '5F20', '9F24']);

export const qr: Command = {
  name: 'qr',
  summary: 'payment codes: EMVCo merchant-presented and consumer-presented, wallets, CRC',
  forms: [
    'decode TEXT|- [--in-use]',
    'encode ID=VALUE … (templates: ID.ID=VALUE)',
    'consumer [--in-use]',
    'classify',
    'crc TEXT|-',
  ],
  options: { 'in-use': { type: 'boolean', help: 'accept what national schemes have in use against EMVCo' } },
  secrets: { code: 'Payment code' },
  examples: [
    {
      args: 'decode "00020101021229300012D156000000000510A93FO3230Q520441115303156540523.725802CN5914BEST TRANSPORT6007BEIJING63041DE5"',
      says: 'the data objects and what they mean',
    },
    {
      args: 'encode 00=01 01=11 29.00=A000000677010111 29.01=0066812345678 58=TH 53=764 --in-use',
      says: 'a payload with its CRC',
    },
    {
      args: 'classify --code-file code.txt',
      says: 'which wallet shows this payment code',
      files: { 'code.txt': '284957381940238471' },
    },
    {
      args: 'consumer --code-file cpm.txt',
      says: 'the tree of an EMVCo consumer-presented code',
      files: { 'cpm.txt': 'hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=' },
    },
  ],
  async run(call) {
    const [action] = call.positionals;
    switch (action) {
      case 'decode':
        return decode(call);
      case 'encode':
        return encode(call);
      case 'consumer':
        return consumer(call);
      case 'classify':
        return classify(call);
      case 'crc': {
        const crc = crcOfText(await call.data(1, 'the text'));
        return { text: crc, data: { crc } };
      }
      default:
        throw new UsageError('Say what to do: decode, encode, consumer, classify or crc.');
    }
  },
};

async function decode(call: Call): Promise<Answer> {
  const code = decodeMerchantPresented(await call.data(1, 'the payload'), { strict: !call.flag('in-use') });
  const summary = summarizeMerchantCode(code);
  const text = [
    `${summary.initiation} code${summary.name === undefined ? '' : ` of ${summary.name}`}`,
    ...code.fields.flatMap((field) => fieldLines(field, 0)),
  ].join('\n');
  return { text, data: { ...code, summary } };
}

function fieldLines(field: MerchantField, depth: number): readonly string[] {
  const line = `${'  '.repeat(depth)}${field.id}  ${field.children === undefined ? field.value : ''}`.trimEnd();
  return [line, ...(field.children ?? []).flatMap((child) => fieldLines(child, depth + 1))];
}

function encode(call: Call): Answer {
  const payload = encodeMerchantPresented(itemsOf(call.positionals.slice(1)), { strict: !call.flag('in-use') });
  return { text: payload, data: { payload } };
}

/** `54=1.00` is a data object; `62.07=T1 62.05=S1` are two inside one template. */
function itemsOf(words: readonly string[]): readonly MerchantItem[] {
  const items = new Map<string, string | MerchantItem[]>();
  for (const word of words) {
    const match = /^(\d\d)(?:\.(\d\d))?=(.*)$/su.exec(word);
    if (match === null) throw new UsageError('A data object is written ID=VALUE, or ID.ID=VALUE inside a template.');
    const [, id = '', inner, value = ''] = match;
    const known = items.get(id);
    if (inner !== undefined && Array.isArray(known)) known.push([inner, value]);
    else if (known !== undefined) throw new UsageError(`ID ${id} is given twice.`);
    else items.set(id, inner === undefined ? value : [[inner, value]]);
  }
  return [...items];
}

async function consumer(call: Call): Promise<Answer> {
  const { tree } = decodeConsumerPresented(await call.secret('code'), { strict: !call.flag('in-use') });
  const shown = tree.map((object) => masked(object, call.unmask));
  return { text: shown.flatMap((object) => treeLines(object, 0)).join('\n'), data: { tree: shown } };
}

function masked(object: TlvObject, unmask: boolean): TlvObject {
  const { tag, length, value, children } = object;
  if (children !== undefined)
    return { tag, length, value: '', children: children.map((child) => masked(child, unmask)) };
  return { tag, length, value: SENSITIVE_TAGS.has(tag) ? shownSecret(value, unmask) : value };
}

function treeLines({ tag, value, children = [] }: TlvObject, depth: number): readonly string[] {
  return [
    `${'  '.repeat(depth)}${tag}  ${value}`.trimEnd(),
    ...children.flatMap((child) => treeLines(child, depth + 1)),
  ];
}

async function classify(call: Call): Promise<Answer> {
  const found = classifyPaymentCode(await call.secret('code'));
  if (found.outcome === 'unsupported')
    return { text: 'unsupported: no wallet shows such a code', data: found, negative: true };
  const code = call.unmask ? found.code : maskPaymentCode(found.code);
  const text = table([
    ['wallet', found.wallet ?? 'named inside the code'],
    ['form', found.form],
    ['code', code],
  ]);
  return { text, data: { ...found, code } };
}
