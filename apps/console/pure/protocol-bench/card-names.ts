import type { Bilingual } from '@zhanggui/base';

/** Instructions of ISO/IEC 7816-4 and EMV Book 3 that payment cards know. */
export const INSTRUCTIONS: Readonly<Record<number, Bilingual>> = {
  22: { zh: '卡片锁定 CARD BLOCK', en: 'CARD BLOCK' },
  24: { zh: '应用解锁 APPLICATION UNBLOCK', en: 'APPLICATION UNBLOCK' },
  30: { zh: '应用锁定 APPLICATION BLOCK', en: 'APPLICATION BLOCK' },
  32: { zh: '校验 VERIFY', en: 'VERIFY' },
  36: { zh: '修改或解锁 PIN', en: 'PIN CHANGE/UNBLOCK' },
  42: { zh: '计算密码校验和', en: 'COMPUTE CRYPTOGRAPHIC CHECKSUM' },
  130: { zh: '外部认证 EXTERNAL AUTHENTICATE', en: 'EXTERNAL AUTHENTICATE' },
  132: { zh: '取随机数 GET CHALLENGE', en: 'GET CHALLENGE' },
  136: { zh: '内部认证 INTERNAL AUTHENTICATE', en: 'INTERNAL AUTHENTICATE' },
  164: { zh: '选择 SELECT', en: 'SELECT' },
  168: { zh: '取处理选项 GET PROCESSING OPTIONS', en: 'GET PROCESSING OPTIONS' },
  174: { zh: '生成应用密文 GENERATE AC', en: 'GENERATE AC' },
  176: { zh: '读二进制 READ BINARY', en: 'READ BINARY' },
  178: { zh: '读记录 READ RECORD', en: 'READ RECORD' },
  192: { zh: '取应答 GET RESPONSE', en: 'GET RESPONSE' },
  202: { zh: '取数据 GET DATA', en: 'GET DATA' },
  218: { zh: '写数据 PUT DATA', en: 'PUT DATA' },
  220: { zh: '更新记录 UPDATE RECORD', en: 'UPDATE RECORD' },
};

const STATUS: Readonly<Record<number, Bilingual>> = {
  36864: { zh: '成功', en: 'success' },
  25219: { zh: '选择的文件无效', en: 'selected file invalidated' },
  25344: { zh: '校验失败', en: 'verification failed' },
  26368: { zh: '长度错误', en: 'wrong length' },
  27010: { zh: '安全状态不满足', en: 'security status not satisfied' },
  27011: { zh: '认证方法已锁定', en: 'authentication method blocked' },
  27012: { zh: '引用数据无效', en: 'referenced data invalidated' },
  27013: { zh: '使用条件不满足', en: 'conditions of use not satisfied' },
  27016: { zh: '安全报文数据错误', en: 'secure messaging data incorrect' },
  27264: { zh: '数据域参数错误', en: 'incorrect parameters in the data' },
  27265: { zh: '不支持此功能', en: 'function not supported' },
  27266: { zh: '找不到文件', en: 'file not found' },
  27267: { zh: '找不到记录', en: 'record not found' },
  27270: { zh: 'P1 P2 错误', en: 'incorrect P1 P2' },
  27272: { zh: '找不到引用数据', en: 'referenced data not found' },
  27392: { zh: 'P1 P2 错误', en: 'wrong P1 P2' },
  27904: { zh: '不支持此指令', en: 'instruction not supported' },
  28160: { zh: '不支持此类别', en: 'class not supported' },
  28416: { zh: '无具体原因', en: 'no precise diagnosis' },
};

/** SW1 SW2 in words (ISO/IEC 7816-4 table 5; EMV Book 3 table 33); undefined when cards give no such status. */
export function statusWords(sw: number): Bilingual | undefined {
  const last = sw & 0xff;
  switch (sw >> 8) {
    case 0x61:
      return { zh: `还有 ${last} 字节应答`, en: `${last} more bytes to fetch` };
    case 0x6c:
      return { zh: `长度错误，应为 ${last}`, en: `wrong length, ${last} is right` };
    default:
      if (sw >> 4 === 0x63c)
        return { zh: `校验失败，还可试 ${last & 15} 次`, en: `verification failed, ${last & 15} tries left` };
      return STATUS[sw];
  }
}
