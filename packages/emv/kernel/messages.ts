import type { Bilingual } from '@zhanggui/base';

/** A message for display: identifier of the standard with its text in both languages. EMV Book 4 clause 11.2; Book A clause 9.4. */
export interface DisplayMessage {
  /** Two hexadecimal digits. */
  readonly id: string;
  readonly text: Bilingual;
}

/** The messages a kernel shows, by what they say. EMV Book 4 table 8; Book A table 9-3. */
export const MESSAGES = {
  approved: message('03', '交易批准', 'Approved'),
  cardError: message('06', '卡片错误', 'Card error'),
  declined: message('07', '交易拒绝', 'Declined'),
  enterPin: message('09', '请输入密码', 'Enter PIN'),
  incorrectPin: message('0A', '密码错误，请重新输入', 'Incorrect PIN, enter it again'),
  insertCard: message('0B', '请插卡', 'Insert card'),
  notAccepted: message('0C', '不受理此卡', 'Not accepted'),
  pleaseWait: message('0E', '正在读卡，请勿移开', 'Reading the card, please wait'),
  processingError: message('0F', '处理出错', 'Processing error'),
  removeCard: message('10', '请取回卡片', 'Remove card'),
  useChipReader: message('11', '请插入芯片', 'Use chip reader'),
  useMagneticStripe: message('12', '请刷磁条', 'Use magnetic stripe'),
  tryAgain: message('13', '请重试', 'Try again'),
  presentCard: message('15', '请插卡、刷卡或挥卡', 'Insert, swipe or tap your card'),
  insertOrSwipe: message('18', '请插卡或刷卡', 'Insert or swipe card'),
  presentOneCard: message('19', '请只出示一张卡', 'Present one card only'),
  approvedSign: message('1A', '交易批准，请签名', 'Approved, please sign'),
  authorizing: message('1B', '正在授权，请稍候', 'Authorizing, please wait'),
  tryAnotherCard: message('1C', '请插卡、刷卡或换一张卡', 'Insert, swipe or try another card'),
  seePhone: message('20', '请查看手机提示', 'See phone for instructions'),
  presentAgain: message('21', '请再次出示卡片', 'Present card again'),
  chooseApplication: message('F0', '请选择应用', 'Choose an application'),
  confirmApplication: message('F1', '请确认应用', 'Confirm the application'),
  lastPinTry: message('F2', '最后一次输入密码的机会', 'Last PIN try'),
  cancelled: message('F3', '已取消', 'Cancelled'),
  cardRemoved: message('F4', '卡片拔出过早', 'Card removed too early'),
} as const satisfies Readonly<Record<string, DisplayMessage>>;

/** Numbers from F0 on are this kernel's own: the books give these no number. */
function message(id: string, zh: string, en: string): DisplayMessage {
  return { id, text: { zh, en } };
}
