import type { Bilingual } from '@zhanggui/base';
import type { MtiMeaning } from '@zhanggui/iso8583';

/** Chinese names of the data elements of ISO 8583:1987, by field number; GB/T 15150 uses most of them. */
const CHINESE: Readonly<Record<number, string>> = {
  2: '主账号',
  3: '交易处理码',
  4: '交易金额',
  5: '清算金额',
  6: '持卡人扣账金额',
  7: '传输日期和时间',
  9: '清算汇率',
  10: '持卡人扣账汇率',
  11: '系统跟踪号',
  12: '本地交易时间',
  13: '本地交易日期',
  14: '卡有效期',
  15: '清算日期',
  16: '兑换日期',
  17: '受理日期',
  18: '商户类型',
  19: '受理机构国家代码',
  20: '主账号国家代码',
  22: '服务点输入方式',
  23: '卡序列号',
  24: '网络标识',
  25: '服务点条件码',
  26: '服务点 PIN 获取码',
  28: '交易费',
  30: '交易处理费',
  32: '受理机构标识码',
  33: '发送机构标识码',
  35: '二磁道数据',
  36: '三磁道数据',
  37: '检索参考号',
  38: '授权标识应答码',
  39: '应答码',
  40: '服务限制码',
  41: '受卡方终端标识码',
  42: '受卡方标识码（商户号）',
  43: '受卡方名称和地址',
  44: '附加应答数据',
  45: '一磁道数据',
  46: '附加数据（ISO）',
  47: '附加数据（国家）',
  48: '附加数据（私有）',
  49: '交易货币代码',
  50: '清算货币代码',
  51: '持卡人账户货币代码',
  52: '个人标识码数据',
  53: '安全控制信息',
  54: '附加金额（余额）',
  55: 'IC 卡数据域',
  56: '保留（ISO）',
  57: '附加交易信息',
  58: '储值交易信息',
  59: '明细查询或付款码数据',
  60: '自定义域：交易标识',
  61: '原始交易信息',
  62: '自定义域：工作密钥或参数',
  63: '自定义域：操作员或卡组织',
  64: '报文鉴别码',
  66: '清算代码',
  70: '网络管理信息码',
  74: '贷记笔数',
  76: '借记笔数',
  86: '贷记金额',
  88: '借记金额',
  90: '原始数据元',
  95: '替换金额',
  96: '报文安全码',
  97: '净对账额',
  99: '清算机构标识码',
  100: '接收机构标识码',
  102: '账户标识 1',
  103: '账户标识 2',
  121: '自定义域（CUPS）',
  122: '受理方保留',
  123: '发卡方保留',
  128: '报文鉴别码',
};

/** A field's name in both languages; the English one is the dialect's. */
export function fieldName(number: number, english: string): Bilingual {
  return { zh: CHINESE[number] ?? english, en: english };
}

/** Chinese names of the parts of the China UnionPay terminal dialect's private fields. */
const CHINESE_PARTS: Readonly<Record<string, string>> = {
  '60.1': '交易类型码',
  '60.2': '批次号',
  '60.3': '网络管理信息码',
  '60.4': '终端读取能力',
  '60.5': '服务条件码（IC 条件代码）',
  '60.6': '部分扣款和返回余额标志',
  '60.7': '账户类型',
  '61.1': '原始交易批次号',
  '61.2': '原始交易流水号',
  '61.3': '原始交易日期',
  '61.4': '原交易授权方式',
  '61.5': '原交易授权机构代码',
};

/** The name of an element inside a field, by its path (`60.2`). */
export function partName(path: string, english: string): Bilingual {
  return { zh: CHINESE_PARTS[path] ?? english, en: english };
}

const MTI_CHINESE: readonly Readonly<Record<string, string>>[] = [
  { '0': 'ISO 8583:1987', '1': 'ISO 8583:1993', '2': 'ISO 8583:2003', '8': '国家标准', '9': '私有' },
  {
    '1': '授权',
    '2': '金融',
    '3': '文件操作',
    '4': '冲正／退单',
    '5': '对账',
    '6': '管理',
    '7': '收费',
    '8': '网络管理',
  },
  {
    '0': '请求',
    '1': '请求应答',
    '2': '通知',
    '3': '通知应答',
    '4': '告知',
    '5': '告知确认',
    '6': '指令',
    '7': '指令确认',
  },
  { '0': '受理方', '1': '受理方重发', '2': '发卡方', '3': '发卡方重发', '4': '其他', '5': '其他重发' },
];

/** The four digits of a message type in words; `meaning` is the English of the package. */
export function mtiName(mti: string, meaning: MtiMeaning): Bilingual {
  const english = [meaning.version, meaning.class, meaning.function, meaning.origin];
  const chinese = MTI_CHINESE.map((words, position) => words[mti.charAt(position)] ?? english[position]);
  return { zh: chinese.join(' · '), en: english.join(' · ') };
}
