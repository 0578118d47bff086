import type { ResponseMeaning } from '@zhanggui/modules/switch/api.ts';
import {
  type CodeRow,
  ISO_APPROVALS,
  ISO_DECLINES,
  responseMeanings,
} from '@zhanggui/modules/switch/response-codes.ts';

const IDENTIFIED: CodeRow = ['08', '交易成功，请核对持卡人身份', 'Approved; check who the cardholder is', 'none'];

/** What the codes of ISO 8583:1987 have beside those that UnionPay terminals know. */
const DECLINES: readonly CodeRow[] = [
  ['18', '持卡人对交易有争议', 'The customer disputes it', 'call-support'],
  ['24 26 27 28 29', '文件更新未成功', 'The file was not updated', 'call-support'],
];

/** Meaning of field 39 where `signOnCodes` ask for a new sign-on; a code that is not listed is a decline. */
export function meaningsOf(signOnCodes: readonly string[]): (responseCode: string) => ResponseMeaning {
  return responseMeanings({
    approvals: [...ISO_APPROVALS, IDENTIFIED],
    declines: [...ISO_DECLINES, ...DECLINES],
    closesReversal: { '00': 'undone', '25': 'nothing-to-undo' },
    demandsSignOn: signOnCodes,
    duplicate: '94',
  });
}
