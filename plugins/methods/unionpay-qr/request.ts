import type { MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import {
  type FormFields,
  formatForm,
  parseUnionPayAnswer,
  pickedJson,
  signedUnionPay,
  verifyUnionPay,
  WalletRefusal,
} from '@zhanggui/wallets';
import { type Answered, ask, httpError, type WalletReply } from '../../wallet/reply.ts';
import { namesMerchant, type UnionPayAccount } from './account.ts';
import { meaningOfCode, type UnionPayOperation } from './codes.ts';
import { trustedCertificate } from './trust.ts';

/** One request: where it goes, what it says beyond what every request says, and how long it may take. */
export interface UnionPayCall {
  readonly operation: UnionPayOperation;
  readonly page: 'backTransReq.do' | 'queryTrans.do' | 'fileTransReq.do';
  readonly fields: FormFields;
  readonly timeoutMs: number;
}

/** An answer also names our request. */
export type UnionPayReply = WalletReply<FormFields>;
export type UnionPayAnswered = Answered<FormFields>;

/** Fields of requests and answers that a timeline may show. */
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
  'qrNo',
];

/** Signs and sends a request, and verifies the answer before a word of it is believed. */
export function callUnionPay(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  { operation, page, fields: own, timeoutMs }: UnionPayCall,
): Promise<UnionPayReply> {
  const { clock, http, walletCrypto } = environment;
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
  return ask(clock, {
    title: `${page} ${own.txnType}/${own.txnSubType}`,
    shown: shown(fields),
    send: async () =>
      http.request({
        method: 'POST',
        url: `${account.baseUrl}/gateway/api/${page}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'zhanggui' },
        body: formatForm(await signedUnionPay(walletCrypto, account.privateKey, fields)),
        timeoutMs,
      }),
    read: (answer) => {
      const isWhole = answer.status === 200;
      const read = isWhole ? genuine(environment, account, parseUnionPayAnswer(answer.body)) : httpError(answer);
      return typeof read === 'string' || answersTo(fields, read) ? read : 'the answer speaks of another request';
    },
    show: shown,
    meaning: ({ respCode = '' }) => ({ code: respCode, meaning: meaningOfCode(operation, respCode) }),
  });
}

/** The fields of a message that UnionPay signed for this merchant, or the reason why it is not believed. */
export function genuine(
  environment: Pick<MethodEnvironment, 'walletCrypto' | 'clock'>,
  account: UnionPayAccount,
  fields: FormFields | null,
): FormFields | string {
  if (fields === null) return 'malformed';
  try {
    const certificate = trustedCertificate(environment, account, fields);
    if (certificate === undefined) return 'unknown-certificate';
    if (!verifyUnionPay(environment.walletCrypto, certificate, fields)) return 'bad-signature';
  } catch (error) {
    if (error instanceof WalletRefusal) return error.code;
    throw error;
  }
  return namesMerchant(account, fields) ? fields : 'of another merchant';
}

/** What a timeline may show of a message. */
export function shown(fields: FormFields): string {
  return pickedJson(fields, SHOWN);
}

/** An answer repeats number and time of its request; an answer without them speaks of nothing. */
function answersTo(request: FormFields, answer: FormFields): boolean {
  const repeated = ['txnType', 'txnSubType', 'orderId', 'txnTime'];
  return repeated.every((name) => (answer[name] ?? '') === (request[name] ?? ''));
}
