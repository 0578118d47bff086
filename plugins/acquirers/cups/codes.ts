import type { ResponseMeaning } from '@zhanggui/modules/switch/api.ts';

type Advice = ResponseMeaning['advice'];
type Row = readonly [codes: string, zh: string, en: string, advice: Advice];

/** Field 39 of the China UnionPay terminal dialect with what the cashier should do next; our wording. */
const DECLINES: readonly Row[] = [
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
  ['45', '不允许刷磁条，请使用芯片', 'The stripe is not allowed; use the chip', 'retry'],
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
  ['77', '批次不一致，终端重新签到后请重试', 'The batch differs; the terminal signs on again, then retry', 'retry'],
  ['78', '终端需要下载参数', 'The terminal must download its parameters', 'call-support'],
  ['79', '脱机对账不平', 'Offline totals do not balance', 'call-support'],
  ['90', '银行正在日切，请稍后重试', 'The bank changes the business day; retry shortly', 'retry'],
  ['91', '发卡行暂时无法处理', 'The issuer is out of operation', 'retry'],
  ['92', '网络暂时找不到发卡行', 'The issuer cannot be reached', 'retry'],
  ['93', '交易违法，不能完成', 'Against the law; cannot be completed', 'call-support'],
  ['94', '重复交易', 'Duplicate transaction', 'call-support'],
  ['95', '对账差错', 'Reconciliation error', 'call-support'],
  ['96', '银行系统异常', 'The bank system has a malfunction', 'retry'],
  ['97', '终端未登记', 'The terminal is not registered', 'call-support'],
  ['98', '发卡行没有应答', 'The issuer did not answer', 'retry'],
  ['99', '密码格式错误，终端重新签到后请重试', 'PIN format error; the terminal signs on again, then retry', 'retry'],
  ['A0', '校验错误，终端重新签到后请重试', 'MAC error; the terminal signs on again, then retry', 'retry'],
  ['A1', '转账货币不一致', 'The transfer currency differs', 'call-support'],
  ['A3', '收款账户不正确', 'The receiving account is wrong', 'call-support'],
  ['A7', '安全处理失败', 'Security processing failed', 'call-support'],
];
const APPROVALS: readonly Row[] = [
  ['00', '交易成功', 'Approved', 'none'],
  ['10', '部分金额批准', 'Approved for part of the amount', 'none'],
  ['11', '贵宾客户批准', 'Approved, VIP', 'none'],
  ['16', '交易成功（更新第三磁道）', 'Approved, update track 3', 'none'],
  ['A2 A4 A5 A6', '交易成功，请与发卡行确认', 'Approved with a defect; confirm with the issuer', 'none'],
];

const SIGN_ON_CODES: readonly string[] = ['77', '99', 'A0'];
const DUPLICATE = '94';
/** Some networks answer the reversal of what they do not know with "invalid transaction" in place of 25. */
const REVERSAL_CLOSED_BY: Readonly<Record<string, ResponseMeaning['closesReversal']>> = {
  '00': 'undone',
  '12': 'nothing-to-undo',
  '25': 'nothing-to-undo',
};

const UNKNOWN = meaning('', { zh: '交易被拒绝', en: 'Declined' }, 'other-method', false);
const MEANINGS = new Map([...rowsOf(APPROVALS, true), ...rowsOf(DECLINES, false)]);

/** Meaning of field 39; a code that is not listed is a decline. */
export function meaningOf(responseCode: string): ResponseMeaning {
  return MEANINGS.get(responseCode) ?? UNKNOWN;
}

function rowsOf(rows: readonly Row[], approved: boolean): [string, ResponseMeaning][] {
  return rows.flatMap(([codes, zh, en, advice]) =>
    codes.split(' ').map((code): [string, ResponseMeaning] => [code, meaning(code, { zh, en }, advice, approved)]),
  );
}

function meaning(
  code: string,
  message: ResponseMeaning['message'],
  advice: Advice,
  approved: boolean,
): ResponseMeaning {
  return {
    approved,
    message,
    advice,
    closesReversal: REVERSAL_CLOSED_BY[code] ?? null,
    demandsSignOn: SIGN_ON_CODES.includes(code),
    duplicate: code === DUPLICATE,
  };
}
