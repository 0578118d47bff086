import type { Bilingual } from '@zhanggui/base';
import type { ResponseMeaning } from './api.ts';

type Advice = ResponseMeaning['advice'];

/** One or several codes with the same words, and what the cashier should do next. */
export type CodeRow = readonly [codes: string, zh: string, en: string, advice: Advice];

/** What a dialect does on certain codes. */
export interface CodeRules {
  readonly approvals: readonly CodeRow[];
  readonly declines: readonly CodeRow[];
  /** Codes by which a reversal is closed. */
  readonly closesReversal: Readonly<Record<string, 'undone' | 'nothing-to-undo'>>;
  /** Codes after which the terminal signs on again. */
  readonly demandsSignOn: readonly string[];
  readonly duplicate: string;
}

/** Approvals of ISO 8583:1987, field 39. */
export const ISO_APPROVALS: readonly CodeRow[] = [
  ['00', '交易成功', 'Approved', 'none'],
  ['10', '部分金额批准', 'Approved for part of the amount', 'none'],
  ['11', '贵宾客户批准', 'Approved, VIP', 'none'],
  ['16', '交易成功（更新第三磁道）', 'Approved, update track 3', 'none'],
];

/** Declines of ISO 8583:1987, field 39, in our words. */
export const ISO_DECLINES: readonly CodeRow[] = [
  ['01', '请联系发卡行', 'Refer to the card issuer', 'other-method'],
  ['02', '请联系发卡行（特殊情况）', 'Refer to the card issuer, special condition', 'other-method'],
  ['03', '商户未登记或已停用', 'The merchant is not valid at the acquirer', 'call-support'],
  ['04 07', '请没收此卡', 'The issuer asks to keep the card', 'keep-card'],
  ['05', '发卡行不予承兑', 'The issuer does not honour the card', 'other-method'],
  ['06', '处理出错', 'The host could not process it', 'retry'],
  ['09', '请求正在处理中', 'The request is still in progress', 'retry'],
  ['12', '此卡不支持该交易', 'The transaction is not valid for this card', 'other-method'],
  ['13', '金额无效', 'The amount is not valid', 'retry'],
  ['14', '卡号无效', 'The card number is not valid', 'other-method'],
  ['15', '找不到发卡行', 'There is no such issuer', 'other-method'],
  ['17', '交易被拒绝', 'Declined', 'other-method'],
  ['19', '请重新提交交易', 'Enter the transaction again', 'retry'],
  ['20', '发卡行应答无效', 'The issuer gave no valid answer', 'retry'],
  ['21', '发卡行未作处理', 'The issuer took no action', 'retry'],
  ['22', '怀疑设备故障', 'A malfunction is suspected', 'retry'],
  ['23', '手续费不可接受', 'The fee is not acceptable', 'call-support'],
  ['25', '找不到原交易', 'The original transaction was not found', 'call-support'],
  ['30', '报文格式错误', 'The message format is wrong', 'call-support'],
  ['31', '网络不支持该发卡行', 'The network does not serve this issuer', 'other-method'],
  ['32', '交易只完成了一部分', 'Only partly completed', 'call-support'],
  ['33', '卡已过期，请没收', 'The card has expired; the issuer asks to keep it', 'keep-card'],
  ['34', '有作弊嫌疑，请没收', 'Fraud is suspected; the issuer asks to keep the card', 'keep-card'],
  ['35 37', '请没收此卡并联系收单行', 'Keep the card and call the acquirer', 'keep-card'],
  ['36', '受限制的卡，请没收', 'Restricted card; the issuer asks to keep it', 'keep-card'],
  ['38', '密码错误次数超限，请没收', 'Too many wrong PINs; the issuer asks to keep the card', 'keep-card'],
  ['39', '此卡没有信用账户', 'The card has no credit account', 'other-method'],
  ['40', '发卡行不支持该功能', 'The issuer does not support this function', 'other-method'],
  ['41', '已挂失的卡，请没收', 'Lost card; the issuer asks to keep it', 'keep-card'],
  ['42 44 52 53', '此卡没有对应账户', 'The card has no such account', 'other-method'],
  ['43', '被盗的卡，请没收', 'Stolen card; the issuer asks to keep it', 'keep-card'],
  ['51', '余额不足', 'Insufficient funds', 'other-method'],
  ['54', '卡已过期', 'The card has expired', 'other-method'],
  ['55', '密码错误', 'Wrong PIN', 'enter-pin-again'],
  ['56', '无此卡记录', 'The issuer does not know the card', 'other-method'],
  ['57', '持卡人不能进行该交易', 'Not permitted to the cardholder', 'other-method'],
  ['58', '终端不能进行该交易', 'Not permitted to this terminal', 'call-support'],
  ['59', '有作弊嫌疑', 'Fraud is suspected', 'other-method'],
  ['60 66', '请联系收单行安全部门', "Call the acquirer's security department", 'call-support'],
  ['61', '超出金额限制', 'Exceeds the amount limit', 'other-method'],
  ['62', '受限制的卡', 'Restricted card', 'other-method'],
  ['63', '违反安全规定', 'Security violation', 'call-support'],
  ['64', '原交易金额不符', 'The original amount does not match', 'call-support'],
  ['65', '超出交易次数限制', 'Exceeds the number of transactions', 'other-method'],
  ['67', '自动柜员机没收此卡', 'The card is to be captured', 'keep-card'],
  ['68', '发卡行应答超时', "The issuer's answer came too late", 'retry'],
  ['75', '密码错误次数超限', 'Too many wrong PINs', 'other-method'],
  ['90', '银行正在日切，请稍后重试', 'The bank changes the business day; retry shortly', 'retry'],
  ['91', '发卡行暂时无法处理', 'The issuer is out of operation', 'retry'],
  ['92', '网络暂时找不到发卡行', 'The issuer cannot be reached', 'retry'],
  ['93', '交易违法，不能完成', 'Against the law; cannot be completed', 'call-support'],
  ['94', '重复交易', 'Duplicate transaction', 'call-support'],
  ['95', '对账差错', 'Reconciliation error', 'call-support'],
  ['96', '银行系统异常', 'The bank system has a malfunction', 'retry'],
];

const PARTIAL = '10';
const UNKNOWN: Bilingual = { zh: '交易被拒绝', en: 'Declined' };

/**
 * Whether the acquirer will never take what it has answered so: not a fault of the moment or of the session, nor a copy of
 * something else.
 */
export function isRefusedForGood({ approved, advice, demandsSignOn, duplicate }: ResponseMeaning): boolean {
  return !approved && !demandsSignOn && !duplicate && advice !== 'retry';
}

/** How a dialect reads field 39; a code that none of its rows has is a decline. */
export function responseMeanings(rules: CodeRules): (responseCode: string) => ResponseMeaning {
  const meaning = (code: string, message: Bilingual, advice: Advice, approved: boolean): ResponseMeaning => ({
    approved,
    partial: code === PARTIAL,
    message,
    advice,
    closesReversal: rules.closesReversal[code] ?? null,
    demandsSignOn: rules.demandsSignOn.includes(code),
    duplicate: code === rules.duplicate,
  });
  const entriesOf = (rows: readonly CodeRow[], approved: boolean): [string, ResponseMeaning][] =>
    rows.flatMap(([codes, zh, en, advice]) =>
      codes.split(' ').map((code): [string, ResponseMeaning] => [code, meaning(code, { zh, en }, advice, approved)]),
    );
  const meanings = new Map([...entriesOf(rules.approvals, true), ...entriesOf(rules.declines, false)]);
  return (responseCode) => meanings.get(responseCode) ?? meaning(responseCode, UNKNOWN, 'other-method', false);
}
