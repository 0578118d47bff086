import {
  type CodeRow,
  ISO_APPROVALS,
  ISO_DECLINES,
  responseMeanings,
} from '@zhanggui/modules/switch/response-codes.ts';

/** Success with a defect: the money is held, and the issuer should be asked. */
const DEFECTIVE: CodeRow = [
  'A2 A4 A5 A6',
  '交易成功，请与发卡行确认',
  'Approved with a defect; confirm with the issuer',
  'none',
];

/** What China UnionPay adds to the codes of ISO 8583:1987 (CUPS.md 10); our wording. */
const DECLINES: readonly CodeRow[] = [
  ['45', '不允许刷磁条，请使用芯片', 'The stripe is not allowed; use the chip', 'retry'],
  ['77', '批次不一致，终端重新签到后请重试', 'The batch differs; the terminal signs on again, then retry', 'retry'],
  ['78', '终端先下载参数，请重试', 'The terminal downloads its parameters, then retry', 'retry'],
  ['79', '脱机对账不平', 'Offline totals do not balance', 'call-support'],
  ['97', '终端未登记', 'The terminal is not registered', 'call-support'],
  ['98', '发卡行没有应答', 'The issuer did not answer', 'retry'],
  ['99', '密码格式错误，终端重新签到后请重试', 'PIN format error; the terminal signs on again, then retry', 'retry'],
  ['A0', '校验错误，终端重新签到后请重试', 'MAC error; the terminal signs on again, then retry', 'retry'],
  ['A1', '转账货币不一致', 'The transfer currency differs', 'call-support'],
  ['A3', '收款账户不正确', 'The receiving account is wrong', 'call-support'],
  ['A7', '安全处理失败', 'Security processing failed', 'call-support'],
];

/**
 * Meaning of field 39; a code that is not listed is a decline. Some networks answer the reversal of what they do not know
 * with "invalid transaction" (12) in place of 25.
 */
export const meaningOf = responseMeanings({
  approvals: [...ISO_APPROVALS, DEFECTIVE],
  declines: [...ISO_DECLINES, ...DECLINES],
  closesReversal: { '00': 'undone', '12': 'nothing-to-undo', '25': 'nothing-to-undo' },
  demandsSignOn: ['77', '99', 'A0'],
  duplicate: '94',
});
