import { buildField55, parseField55, REQUEST_TAGS } from '@zhanggui/emv';

/** Results of the issuer's scripts: EMV's tag, and UnionPay's, which holds the same five bytes for each script. */
const SCRIPT_RESULTS = { emv: '9F5B', unionPay: 'DF31' } as const;
const OTHERS = ['5F34', '9F6E', '9F53', SCRIPT_RESULTS.emv];

/**
 * Field 55 from the chip's data: EMV's own data objects and nothing else, so that a number or track that a reader leaves among
 * it does not go out in clear. Null where nothing of it is there.
 * @throws Refusal when the data is no BER-TLV, holds a tag twice or is longer than 255 bytes.
 */
export function chipField(chip: Uint8Array | null): Uint8Array | null {
  if (chip === null) return null;
  const values = new Map(parseField55(chip).values);
  const results = values.get(SCRIPT_RESULTS.unionPay);
  if (results !== undefined) values.set(SCRIPT_RESULTS.emv, results);
  const field = buildField55(values, [...REQUEST_TAGS, ...OTHERS]);
  return field.length === 0 ? null : field;
}
