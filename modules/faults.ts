import type { Bilingual, FaultKind } from '@zhanggui/base';

const kind = (status: number, zh: string, en: string, retryable = false): FaultKind => ({
  status,
  retryable,
  message: { zh, en },
});

/**
 * The one list of faults: code → HTTP status, whether the same call may be tried again, and its words. `{name}` stands
 * for a parameter of the fault.
 */
export const faults: Readonly<Record<string, FaultKind>> = {
  'amount-exceeds-due': kind(409, '收款金额超过应收金额', 'The amount is more than what is still due'),
  'amount-over-limit': kind(
    422,
    '超过该付款方式的单笔限额',
    'The amount is over the limit for one payment by this method',
  ),
  'batch-closing': kind(
    409,
    '该终端正在结算，请稍候再试',
    'The batch of this terminal is being closed; try again in a moment',
    true,
  ),
  'batch-not-found': kind(404, '没有这个批次', 'There is no such batch'),
  'body-not-json': kind(
    400,
    '请求内容不是 JSON（Content-Type: application/json）',
    'The body is no JSON (Content-Type: application/json)',
  ),
  'body-too-large': kind(413, '请求内容太大', 'The body is too large'),
  'cancel-too-early': kind(409, '该渠道还不接受取消，请稍候', 'The channel does not accept a cancellation yet', true),
  'changed-meanwhile': kind(
    409,
    '别人刚刚改过，请重新打开再改',
    'Somebody else has just changed this; open it again',
    true,
  ),
  'channel-not-configured': kind(
    422,
    '该付款渠道尚未配置完整',
    'The account with this channel is not set up completely',
  ),
  'completion-exceeds-hold': kind(
    422,
    '预授权完成金额最多为预授权金额的 115%',
    'A completion takes at most 115 % of what was reserved',
  ),
  'credential-refused': kind(422, '顾客的付款凭证无法使用', "The customer's payment credential cannot be used"),
  'field-refused': kind(400, '有内容填写不正确', 'Something that was sent is not right'),
  'idempotency-conflict': kind(409, '同一命令编号已用于不同的内容', 'This command key was used for another content'),
  'idempotency-key-missing': kind(
    400,
    '缺少命令编号（Idempotency-Key）',
    'The header Idempotency-Key is missing or malformed',
  ),
  internal: kind(
    500,
    '系统内部错误，款项状态以查询结果为准',
    'Something went wrong inside; ask for the state before trying again',
    true,
  ),
  'item-code-taken': kind(409, '商品编码已被占用', 'The item code is taken'),
  'key-check-value': kind(422, '密钥校验值不符，密钥未保存', "The check value is not the key's; the key was not kept"),
  'key-component-taken': kind(409, '这个分量已由他人录入', 'Somebody has brought this component'),
  'key-missing': kind(503, '缺少所需的密钥', 'A key that is needed is missing'),
  'key-not-exportable': kind(422, '此密钥不允许导出', 'This key may not be exported'),
  'key-request-closed': kind(409, '该申请已结束或已过期', 'This request is over'),
  'key-refused': kind(422, '密钥不符合要求', 'The key was refused'),
  'key-two-people': kind(
    403,
    '须由另一人办理：申请人不能复核，每人只能录入一个分量',
    'It takes another person: who asks does not approve, and each brings one component',
  ),
  'key-unknown': kind(422, '没有这个名称的密钥', 'There is no key of this name'),
  'link-not-found': kind(404, '没有这个收款链接', 'There is no such payment link'),
  'link-over': kind(409, '这个收款链接已失效', 'This payment link is over'),
  'line-refused': kind(422, '有一行商品不正确', 'A line of the sale is not right'),
  'master-key-refused': kind(500, '主密钥不正确', 'The master key was refused'),
  'method-cannot-cancel': kind(409, '该付款方式不能取消', 'This method cannot be cancelled'),
  'method-cannot-hold': kind(422, '该付款方式没有预授权', 'This method has no pre-authorization'),
  'method-not-agreed': kind(422, '商户未开通该付款方式', 'The merchant has no contract for this method'),
  'method-unknown': kind(422, '没有这种付款方式', 'There is no such method'),
  'no-bill': kind(422, '该付款渠道不提供账单', 'This channel hands out no bills'),
  'no-open-shift': kind(409, '请先开班', 'Open a shift first'),
  'not-found': kind(404, '没有找到', 'Not found'),
  'not-permitted': kind(403, '您没有此项权限', 'You are not permitted to do this'),
  'not-signed-in': kind(401, '请先登录', 'Sign in first'),
  'other-site': kind(403, '请求来自其他网站，已拒绝', 'This was sent by a page of another site, and refused'),
  'payment-not-found': kind(404, '没有这笔付款', 'There is no such payment'),
  'payment-not-refundable': kind(409, '未成功的付款不能退款', 'Only a payment that succeeded can be refunded'),
  'payment-not-waiting': kind(409, '这笔付款不需要终端再做什么', 'This payment waits for nothing from the till'),
  'payment-provisional': kind(
    409,
    '脱机批准的付款尚未被银行接受，暂不能退款',
    'The bank has not yet accepted this offline payment; it cannot be refunded now',
    true,
  ),
  'pre-authorization-expired': kind(409, '预授权已过期', 'The pre-authorization has lapsed'),
  'pre-authorization-not-found': kind(404, '没有这笔预授权', 'There is no such pre-authorization'),
  'pre-authorization-not-open': kind(
    409,
    '这笔预授权已完成或撤销，或正在处理',
    'The pre-authorization is completed or voided, or about to be',
  ),
  'pre-authorization-voided-whole': kind(422, '预授权只能全额撤销', 'A pre-authorization is voided as a whole'),
  'tip-already-added': kind(409, '这笔付款已加过小费', 'This payment has a tip already'),
  'tip-not-allowed': kind(
    422,
    '只有签名或脱机批准、且未退款的付款可以加小费',
    'Only a payment that is signed or was approved offline, and of which nothing was refunded, can have a tip',
  ),
  'tip-too-large': kind(422, '小费超过允许的比例', 'The tip is more than may be added'),
  'tip-too-late': kind(409, '批次已结算，不能再加小费', 'The batch is closed; no tip can be added any more'),
  'receipt-not-found': kind(404, '小票不存在或已过期', 'The receipt does not exist or its link is over'),
  'refund-exceeds-payment': kind(409, '退款合计超过原付款金额', 'The refunds together exceed the payment'),
  'rounding-too-large': kind(422, '抹零超过应收金额', 'The rounding is more than what is due'),
  'sale-being-paid': kind(409, '这一单已有付款，不能再改', 'Part of this sale is paid or being paid'),
  'sale-closed': kind(409, '这一单已结束', 'This sale is closed'),
  'sale-not-found': kind(404, '没有这一单', 'There is no such sale'),
  'sealed-card-refused': kind(
    422,
    '卡片数据无法验证，请重新读卡',
    'The card data does not verify; read the card again',
  ),
  'secret-not-opened': kind(500, '加密内容无法打开', 'A sealed secret does not open'),
  'shift-already-open': kind(409, '该收银台已开班', 'The till has an open shift'),
  'shift-closed': kind(409, '该班次已结束', 'The shift is closed'),
  'shift-not-found': kind(404, '没有这个班次', 'There is no such shift'),
  'signature-given': kind(409, '这笔付款已签名', 'This payment has been signed'),
  'signature-not-wanted': kind(409, '这笔付款不需要签名', 'This payment needs no signature'),
  'signature-refused': kind(422, '签名无法识别，请重新签名', 'The signature cannot be read; sign again'),
  'terminal-not-provisioned': kind(422, '该收银台未配置银行终端', 'The till has no terminal at the bank'),
  'till-not-found': kind(404, '没有这个收银台', 'There is no such till'),
  'too-many-attempts': kind(
    429,
    '尝试次数过多，请 {retryAfterS} 秒后再试',
    'Too many attempts; try again in {retryAfterS} s',
    true,
  ),
  'too-many-requests': kind(429, '请求过于频繁，请稍后再试', 'Too many requests; try again shortly', true),
  'total-differs': kind(409, '金额与系统计算不一致', 'The total differs from what the server computes'),
  'wrong-credentials': kind(401, '用户名或密码不正确', 'The user name or the password is wrong'),
};

/** The fault's words with its parameters filled in. */
export function faultText(
  text: Bilingual,
  language: keyof Bilingual,
  params: Readonly<Record<string, string | number>>,
): string {
  return text[language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
}
