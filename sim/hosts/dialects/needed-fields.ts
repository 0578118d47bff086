import { Iso8583Error } from '@zhanggui/iso8583';
import type { MessageKind } from './message-kinds.ts';

/** What each kind of message cannot do without, by the numbers of the fields. */
export type NeededFields = Partial<Readonly<Record<MessageKind, readonly number[]>>>;

/** What every dialect needs, beside trace, terminal and merchant; `original` is the field that names an earlier message. */
export function neededFields(original: number): NeededFields {
  const earlier = [4, original];
  return {
    sale: [4, 22],
    void: earlier,
    refund: earlier,
    'pre-authorization': [4, 22],
    'pre-authorization-void': earlier,
    completion: earlier,
    'completion-advice': earlier,
    'completion-void': earlier,
    'balance-inquiry': [22],
    'offline-sale': [4],
    'offline-adjustment': earlier,
    reversal: [4, 39],
    'script-result': [55],
  };
}

/**
 * The number of a field that the message lacks; null when it is whole.
 * @throws Iso8583Error `missing-field` without trace, terminal or merchant: nothing can be answered then.
 */
export function lackOf(
  needed: NeededFields,
  kind: MessageKind,
  fields: Readonly<Record<number, unknown>>,
): string | null {
  for (const number of [11, 41, 42])
    if (fields[number] === undefined)
      throw new Iso8583Error('missing-field', `${number}: nothing can be answered without it`, {
        path: String(number),
      });
  const missing = needed[kind]?.find((number) => fields[number] === undefined);
  return missing === undefined ? null : String(missing);
}
