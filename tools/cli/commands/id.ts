import {
  parseBusinessLicence,
  parseChineseId,
  parseGtin,
  parseMerchantNumber,
  parseMobileNumber,
  parseUscc,
} from '@zhanggui/identifiers';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { shownSecret, table } from '../values.ts';

/** Identifiers that are nobody's secret; each becomes its named parts, or is refused. */
const KINDS: Readonly<Record<string, (text: string) => Readonly<Record<string, string>>>> = {
  gtin: (text) => ({ ...parseGtin(text) }),
  uscc: (text) => ({ ...parseUscc(text) }),
  licence: (text) => ({ ...parseBusinessLicence(text) }),
  merchant: (text) => ({ ...parseMerchantNumber(text) }),
};

export const id: Command = {
  name: 'id',
  summary: 'identifiers: GTIN, unified social credit code, old licence, merchant, citizen and mobile number',
  forms: ['gtin|uscc|licence|merchant TEXT', 'citizen', 'mobile'],
  secrets: { number: 'Number of the person' },
  examples: [
    { args: 'gtin 6901028075831', says: 'kind and check digit of a barcode' },
    { args: 'uscc 91350100M000100Y43', says: 'the parts of a unified social credit code' },
    {
      args: 'citizen --number-file number.txt',
      says: 'birthday and sex in a citizen number, which is masked',
      files: { 'number.txt': '11010519491231002X' },
    },
  ],
  async run(call) {
    const [kind = ''] = call.positionals;
    if (kind === 'citizen') return citizen(call);
    if (kind === 'mobile') {
      const number = parseMobileNumber(await call.secret('number'));
      const shown = call.unmask ? number : `${number.slice(0, 3)}••••${number.slice(-4)}`;
      return { text: table([['number', shown]]), data: { number: shown } };
    }
    const parse = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (parse === undefined)
      throw new UsageError(`Say which identifier: ${Object.keys(KINDS).join(', ')}, citizen or mobile.`);
    const parts = parse(await call.data(1, 'the identifier'));
    return { text: table(Object.entries(parts)), data: parts };
  },
};

async function citizen(call: Call): Promise<Answer> {
  const { number, region, bornOn, sex } = parseChineseId(await call.secret('number'));
  const parts = {
    number: `${number.slice(0, 1)}${shownSecret(number.slice(1, -1), call.unmask)}${number.slice(-1)}`,
    region,
    bornOn: call.unmask ? bornOn : `${bornOn.slice(0, 4)}-••-••`,
    sex,
  };
  return { text: table(Object.entries(parts)), data: parts };
}
