import type { JsonRecord } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { Fault } from '../faults.ts';

/** An application that may ask for the shop: the shop's own, or one of a service provider. */
export interface AlipayCaller {
  readonly kind: 'own' | 'isv';
  readonly appId: string;
  /** Whether it asked with certificates, and so is answered and told under Alipay's certificate. */
  readonly byCertificate: boolean;
}

/** A request whose signature was found good. */
export interface AlipayRequest {
  readonly book: WalletBook;
  readonly caller: AlipayCaller;
  /** `biz_content`, deciphered where it was encrypted. */
  readonly content: JsonRecord;
  /** Where the merchant wants to hear what becomes of the trade; empty where it does not. */
  readonly notifyUrl: string;
  readonly fault: Fault | undefined;
  readonly now: number;
  /** The gateway's own address as the caller used it. */
  readonly baseUrl: string;
}

/** The response object of a gateway answer, before it is signed. */
export type AlipayResponse = Readonly<Record<string, unknown>> & { readonly code: string; readonly msg: string };

/** The head of an answer to what was carried out. */
export const SUCCESS = { code: '10000', msg: 'Success' };

/** A refusal by the business (code 40004). */
export function businessError(subCode: string, subMsg: string): AlipayResponse {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: subMsg };
}

/** A refusal before anything was done. */
export function gatewayError(code: '20001' | '40001' | '40002', subCode: string, subMsg: string): AlipayResponse {
  const msg = {
    '20001': 'Insufficient Token Permissions',
    '40001': 'Missing Required Arguments',
    '40002': 'Invalid Arguments',
  };
  return { code, msg: msg[code], sub_code: subCode, sub_msg: subMsg };
}

/** A parameter of the business that is missing or malformed. */
export function invalid(name: string): AlipayResponse {
  return businessError('ACQ.INVALID_PARAMETER', `参数无效:${name}`);
}
