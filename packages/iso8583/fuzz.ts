import { fromHex, utf8Encode } from '@zhanggui/base';
import {
  cupsHost,
  cupsPos,
  Deframer,
  decodeBitmap,
  decodeCupsHostHeader,
  decodeDataObjects,
  decodeEbcdic,
  decodeFrame,
  decodePayload,
  decodeSubFields,
  describe,
  describeMti,
  dissect,
  encodeCupsHostHeader,
  encodeFrame,
  formatBinList,
  formatCaKeyList,
  formatOrganisationTexts,
  formatPaymentCode,
  formatTerminalSerial,
  formatTerminalSettings,
  iso87Ascii,
  iso87Bcd,
  iso87Ebcdic,
  iso87Mixed,
  iso87Terminal,
  iso93Ascii,
  iso93Bcd,
  iso2003,
  pack,
  parseApplicationList,
  parseBalances,
  parseBatchUpload,
  parseBinList,
  parseBinListRequest,
  parseCaKeyList,
  parseCupsHeader,
  parseDownloadPart,
  parseField60,
  parseField61,
  parseInstitutions,
  parseKeyElements,
  parseListRequest,
  parseOrganisationTexts,
  parseOriginalElements,
  parsePaymentCode,
  parseSettlement,
  parseTerminalSerial,
  parseTerminalSettings,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  parseUploadCount,
  type Spec,
  splitLastMac,
  splitMac,
  splitWorkingKeys,
  trackCipherBlock,
  transactionKind,
  unpack,
} from './index.ts';
import { cupsFraming } from './specs/cups-pos.ts';

const DIALECTS: readonly Spec[] = [
  cupsPos,
  cupsHost,
  iso87Ascii,
  iso87Bcd,
  iso87Mixed,
  iso87Terminal,
  iso87Ebcdic,
  iso93Ascii,
  iso93Bcd,
  iso2003,
];

const SALE = fromHex(
  '0200703C06C000C09A11166200000000000005000000000000001111000079141554082429030710000012313030313639313938343332393030343538323030304231353600000000000000002410000000000000' +
    '00309F2608ED1D6BA78357FB259F2701809F360201C0950500000000009A031807119C01009F02060000000015F2A020001322000727000600' +
    '3833353932373435',
);
const SIGN_IN = fromHex(
  '0810003800010AC0001400348506370904010803200000313231323132313231323132303030353631303033333330393139313034393030303030340011000001860030004024EDB7BEEC305B69648E03B4BC3A5A86A895281C37BB7BC79C51BA740000000000000000719C22F9',
);

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Every decoder of the package, for the fuzz driver: each may only answer, or refuse with an `Iso8583Error`. */
export const targets: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  ...Object.fromEntries(
    DIALECTS.map((spec) => [`iso8583 unpack ${spec.name}`, (bytes: Uint8Array) => roundTrip(spec, bytes)]),
  ),
  ...Object.fromEntries(
    DIALECTS.map((spec) => [`iso8583 describe ${spec.name}`, (bytes: Uint8Array) => describe(spec, bytes)]),
  ),
  'iso8583 dissect': (bytes) => dissect(cupsPos, bytes),
  'iso8583 frame': (bytes) => decodeFrame(cupsFraming, bytes),
  'iso8583 payload': (bytes) => decodePayload(cupsFraming, bytes),
  'iso8583 deframer': (bytes) => new Deframer(cupsFraming, 1024).push(bytes),
  'iso8583 data objects': (bytes) => decodeDataObjects(bytes),
  'iso8583 bit map': (bytes) => decodeBitmap(bytes.subarray(0, 16)),
  'iso8583 EBCDIC': (bytes) => decodeEbcdic(bytes, 1047),
  'iso8583 host header': (bytes) => decodeCupsHostHeader(bytes),
  'iso8583 MTI': (bytes) => describeMti(textOf(bytes.subarray(0, 4))),
  'iso8583 track 1': (bytes) => parseTrack1(textOf(bytes)),
  'iso8583 track 2': (bytes) => parseTrack2(textOf(bytes)),
  'iso8583 track 3': (bytes) => parseTrack3(textOf(bytes)),
  'iso8583 terminal header': (bytes) => parseCupsHeader(textOf(bytes)),
  'iso8583 track cipher block': (bytes) => trackCipherBlock(textOf(bytes)),
  'iso8583 field 44': (bytes) => parseInstitutions(textOf(bytes)),
  'iso8583 field 48 totals': (bytes) => parseSettlement(textOf(bytes)),
  'iso8583 field 48 records': (bytes) => parseBatchUpload(textOf(bytes)),
  'iso8583 field 48 count': (bytes) => parseUploadCount(textOf(bytes)),
  'iso8583 field 48 keys': (bytes) => parseKeyElements(textOf(bytes)),
  'iso8583 field 54': (bytes) => parseBalances(textOf(bytes)),
  'iso8583 field 59': (bytes) => parsePaymentCode(bytes),
  'iso8583 field 60': (bytes) => parseField60(textOf(bytes)),
  'iso8583 field 61': (bytes) => parseField61(textOf(bytes)),
  'iso8583 field 62': (bytes) => splitWorkingKeys(bytes),
  'iso8583 field 62 download': (bytes) => parseDownloadPart(bytes),
  'iso8583 field 62 list request': (bytes) => [parseListRequest, parseBinListRequest][bytes.length % 2]?.(bytes),
  'iso8583 field 62 CA keys': (bytes) => parseCaKeyList(bytes),
  'iso8583 field 62 applications': (bytes) => parseApplicationList(bytes),
  'iso8583 field 62 prefixes': (bytes) => parseBinList(bytes),
  'iso8583 field 62 settings': (bytes) => parseTerminalSettings(bytes),
  'iso8583 field 62 serial': (bytes) => parseTerminalSerial(bytes),
  'iso8583 field 63': (bytes) => parseOrganisationTexts(bytes),
  'iso8583 field 64': (bytes) => splitMac(bytes),
  'iso8583 field 64 or 128': (bytes) => splitLastMac(iso87Terminal, bytes),
  'iso8583 field 90': (bytes) => parseOriginalElements(textOf(bytes)),
  'iso8583 tag-length-value': (bytes) =>
    decodeSubFields({ layout: 'tag-length-value', tagLength: 2, lengthDigits: 3 }, textOf(bytes)),
  'iso8583 bit-mapped sub-fields': (bytes) => decodeSubFields(BIT_MAPPED, bytes),
  'iso8583 transaction kind': (bytes) =>
    transactionKind({ mti: textOf(bytes.subarray(0, 4)), transactionType: textOf(bytes.subarray(4, 6)) }),
};

const BIT_MAPPED = {
  layout: 'bitmap',
  bitmapBytes: 2,
  fields: { 1: { name: 'one', type: 'n', length: 3 }, 9: { name: 'nine', type: 'ans', length: 99, prefix: 'LL' } },
  coding: { digits: 'bcd', text: 'ascii', binary: 'binary', prefix: 'bcd' },
} as const;

const CARD_FIELDS = {
  2: '6200000000000005',
  32: '48523310',
  35: '6200000000000005=29032010000000000',
  37: '000000000001',
  52: fromHex('0123456789ABCDEF'),
  55: fromHex('9F2608ED1D6BA78357FB25950500000000009A031807119C0100'),
};
const HOST_HEADER = encodeCupsHostHeader({
  version: 2,
  totalLength: 200,
  destination: '00010000',
  source: '48523310',
  reserved: new Uint8Array(3),
  batchNumber: 0,
  transactionInformation: '00000000',
  userInformation: 0,
  rejectCode: '00000',
});
const SETTLEMENT = '00000001234500300000000010000110000000000000000000000000000000';

/** Valid inputs to start mutations from. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  ...Object.fromEntries(
    DIALECTS.flatMap((spec) => {
      const own = spec === cupsPos ? [SALE, SIGN_IN] : [];
      const messages = [...own, pack(spec, { mti: '0200', fields: CARD_FIELDS })];
      return [
        [`iso8583 unpack ${spec.name}`, messages],
        [`iso8583 describe ${spec.name}`, messages],
      ];
    }),
  ),
  'iso8583 dissect': [SALE, SIGN_IN],
  'iso8583 frame': [encodeFrame(cupsFraming, { tpdu: '6000030000', header: '603100310100', message: SALE })],
  'iso8583 data objects': [CARD_FIELDS[55]],
  'iso8583 host header': [HOST_HEADER],
  'iso8583 MTI': [utf8Encode('0210')],
  'iso8583 track 1': [utf8Encode('B6200000000000005^LI/MING^2903201000000')],
  'iso8583 track 2': [utf8Encode(CARD_FIELDS[35])],
  'iso8583 track 3': [utf8Encode('016200000000000005=1561560000000000000003000000')],
  'iso8583 field 48 totals': [utf8Encode(SETTLEMENT)],
  'iso8583 field 48 records': [utf8Encode(`0100000001${CARD_FIELDS[2].padStart(20, '0')}000000000100`)],
  'iso8583 field 48 count': [utf8Encode('0012')],
  'iso8583 terminal header': [utf8Encode('603100310100')],
  'iso8583 track cipher block': [utf8Encode(CARD_FIELDS[35])],
  'iso8583 field 48 keys': [utf8Encode(`PK024${'01'.repeat(12)}MK024${'02'.repeat(12)}`)],
  'iso8583 field 54': [utf8Encode('1002156C0000001234561001156D000000000001')],
  'iso8583 field 59': [formatPaymentCode('284957381940238471')],
  'iso8583 field 60': [utf8Encode('22000727000600000')],
  'iso8583 field 61': [utf8Encode('0007270000790824')],
  'iso8583 field 62 download': [utf8Encode('1')],
  'iso8583 field 62 list request': [utf8Encode('100')],
  'iso8583 field 62 CA keys': [
    formatCaKeyList([{ rid: fromHex('A000000333'), index: 2, expiry: fromHex('20301231') }]),
  ],
  'iso8583 field 62 applications': [fromHex('9F0608A0000003330101019F0607A0000000031010')],
  'iso8583 field 62 prefixes': [formatBinList({ state: 'complete', last: 1, prefixes: ['621234', '6217001'] })],
  'iso8583 field 62 settings': [formatTerminalSettings({ keyboard: '1', merchantName: '掌柜' })],
  'iso8583 field 62 serial': [formatTerminalSerial('3456N01234567')],
  'iso8583 field 63': [
    formatOrganisationTexts({ organisation: 'CUP', issuer: '请联系', network: '', acquirer: 'CALL', terminal: '' }),
  ],
  'iso8583 field 64': [SALE],
  'iso8583 field 64 or 128': [pack(iso87Terminal, { mti: '0200', fields: { 3: '000000', 128: new Uint8Array(8) } })],
  'iso8583 field 90': [utf8Encode('020000007911221630000004852100000000000000')],
  'iso8583 tag-length-value': [utf8Encode('A3018284957381940238471')],
  'iso8583 bit-mapped sub-fields': [fromHex('8080012303414243')],
  'iso8583 transaction kind': [utf8Encode('050000')],
};

/** What was unpacked must pack again, and unpack to the same: anything else is a bug, and shows itself as one. */
function roundTrip(spec: Spec, bytes: Uint8Array): unknown {
  const message = unpack(spec, bytes);
  const again = unpack(spec, pack(spec, message));
  if (JSON.stringify(again) !== JSON.stringify(message)) throw new Error('a message does not survive packing');
  return message;
}
