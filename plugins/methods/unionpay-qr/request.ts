import { HttpSilence } from '@zhanggui/base';
import type { Evidence, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { maskPaymentCode } from '@zhanggui/qr';
import {
  type FormFields,
  formatForm,
  parseForm,
  pickedJson,
  signedUnionPay,
  verifyUnionPay,
  WalletRefusal,
} from '@zhanggui/wallets';
import { namesMerchant, type UnionPayAccount } from './account.ts';

/** One request: where it goes, what it says beyond what every request says, and how long it may take. */
export interface UnionPayCall {
  readonly page: 'backTransReq.do' | 'queryTrans.do' | 'fileTransReq.do';
  readonly fields: FormFields;
  readonly timeoutMs: number;
}

/** What came of it. Only an answer whose signature was verified, and which names our request, is `answered`. */
export type UnionPayReply =
  | { readonly kind: 'answered'; readonly fields: FormFields; readonly evidence: readonly Evidence[] }
  | {
      readonly kind: 'not-answered';
      /** False only when it is certain that nothing left this machine. */
      readonly sent: boolean;
      readonly cause: string;
      readonly evidence: readonly Evidence[];
    };

/** Fields of requests and answers that a timeline may show; a payment code is shown masked. */
const SHOWN = [
  'txnType',
  'txnSubType',
  'merId',
  'orderId',
  'txnTime',
  'txnAmt',
  'currencyCode',
  'termId',
  'termInfo',
  'fixed',
  'respCode',
  'respMsg',
  'origRespCode',
  'origRespMsg',
  'queryId',
  'origQryId',
  'settleAmt',
  'traceTime',
  'settleDate',
  'fileName',
];

/** Signs and sends a request, and verifies the answer before a word of it is believed. */
export async function callUnionPay(
  { clock, http, walletCrypto }: MethodEnvironment,
  account: UnionPayAccount,
  { page, fields: own, timeoutMs }: UnionPayCall,
): Promise<UnionPayReply> {
  const title = `${page} ${own.txnType}/${own.txnSubType}`;
  const fields: FormFields = {
    version: '5.1.0',
    encoding: 'UTF-8',
    signMethod: '01',
    bizType: '000000',
    channelType: '08',
    accessType: '0',
    certId: account.certId,
    merId: account.merchantId,
    ...own,
  };
  const request = evidence('request', clock.now(), title, shown(fields));
  try {
    const answer = await http.request({
      method: 'POST',
      url: `${account.baseUrl}/gateway/api/${page}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'zhanggui' },
      body: formatForm(await signedUnionPay(walletCrypto, account.privateKey, fields)),
      timeoutMs,
    });
    const at = clock.now();
    const read = answer.status === 200 ? genuine(walletCrypto, account, answer.body) : `HTTP ${answer.status}`;
    const verdict = typeof read === 'string' || answersTo(fields, read) ? read : 'the answer speaks of another request';
    if (typeof verdict === 'string') {
      const text = `HTTP ${answer.status}, ${answer.body.length} characters, not believed: ${verdict}`;
      return notAnswered(true, verdict, [request, evidence('answer', at, title, text)]);
    }
    return { kind: 'answered', fields: verdict, evidence: [request, evidence('answer', at, title, shown(verdict))] };
  } catch (error) {
    const { sent, cause } = silence(error);
    return notAnswered(sent, cause, [request, evidence('answer', clock.now(), title, cause)]);
  }
}

/** The fields of a message that UnionPay signed for this merchant, or the reason why it is not believed. */
export function genuine(
  crypto: MethodEnvironment['walletCrypto'],
  account: UnionPayAccount,
  body: string,
): FormFields | string {
  const fields = parseForm(body);
  if (fields === null) return 'not-a-form';
  const certificate = account.certificates.get(fields.certId ?? '');
  if (certificate === undefined) return 'unknown-certificate';
  try {
    if (!verifyUnionPay(crypto, certificate, fields)) return 'bad-signature';
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  return namesMerchant(account, fields) ? fields : 'of another merchant';
}

/** One entry of a payment's timeline. */
export function evidence(direction: Evidence['direction'], at: number, title: string, text: string): Evidence {
  return { direction, at, title, text };
}

/** What a timeline may show of a message. */
export function shown(fields: FormFields): string {
  const { qrNo } = fields;
  return pickedJson(qrNo === undefined ? fields : { ...fields, qrNo: maskPaymentCode(qrNo) }, [...SHOWN, 'qrNo']);
}

/** An answer repeats number and time of its request; an answer without them speaks of nothing. */
function answersTo(request: FormFields, answer: FormFields): boolean {
  const repeated = ['txnType', 'txnSubType', 'orderId', 'txnTime'];
  return repeated.every((name) => (answer[name] ?? '') === (request[name] ?? ''));
}

function notAnswered(sent: boolean, cause: string, seen: readonly Evidence[]): UnionPayReply {
  return { kind: 'not-answered', sent, cause, evidence: seen };
}

/** Why there is no answer: the line was silent, or the merchant's key could not sign and nothing was sent. */
function silence(error: unknown): { readonly sent: boolean; readonly cause: string } {
  if (error instanceof HttpSilence) return { sent: error.sent, cause: error.sent ? 'no answer' : 'not sent' };
  if (error instanceof WalletRefusal) return { sent: false, cause: `not signed: ${error.code}` };
  throw error;
}
