/**
 * Words of the bit fields a card gives. Each text: the length in bytes, then `byte.bit|English|Chinese`.
 * AIP EMV Book 3 Annex C1 (bit 8 of byte 2 is the contactless EMV mode of Book C-2); AUC C2; CTQ Book C-3 Annex A; CVR of the
 * common core definitions Book 3 Annex C7.3; CVR of PBOC and of VIS-like cards JR/T 0025.5, without its
 * length byte. In both, bits 8–7 and 6–5 of the first byte are two numbers: all clear means an AAC.
 */
export const CARD_WORDS = {
  AIP: `2
1.8|XDA supported|支持扩展数据认证
1.7|SDA supported|支持静态数据认证
1.6|DDA supported|支持动态数据认证
1.5|cardholder verification is supported|支持持卡人验证
1.4|terminal risk management is to be performed|需要执行终端风险管理
1.3|issuer authentication is supported|支持发卡行认证
1.2|on-device cardholder verification is supported|支持设备端持卡人验证
1.1|CDA supported|支持复合动态数据认证
2.8|EMV mode is supported|支持 EMV 模式
2.7|mobile device|移动设备
2.1|relay resistance protocol is supported|支持抗中继协议
`,
  AUC: `2
1.8|valid for domestic cash transactions|境内现金交易有效
1.7|valid for international cash transactions|境外现金交易有效
1.6|valid for domestic goods|境内商品有效
1.5|valid for international goods|境外商品有效
1.4|valid for domestic services|境内服务有效
1.3|valid for international services|境外服务有效
1.2|valid at ATMs|在 ATM 有效
1.1|valid at terminals other than ATMs|在 ATM 以外的终端有效
2.8|domestic cashback allowed|允许境内返现
2.7|international cashback allowed|允许境外返现
`,
  CTQ: `2
1.8|online PIN required|要求联机 PIN
1.7|signature required|要求签名
1.6|go online if offline data authentication fails and reader is online capable|脱机数据认证失败且读写器可联机时转联机
1.5|switch interface if offline data authentication fails and reader supports contact chip|脱机数据认证失败且支持接触时转接触
1.4|go online if application expired|应用过期时转联机
1.3|switch interface for cash transactions|现金交易转接触界面
1.2|switch interface for cashback transactions|返现交易转接触界面
2.8|consumer device CVM performed|已执行消费者设备持卡人验证（CDCVM）
2.7|card supports issuer update processing at the POS|卡片支持在 POS 上进行发卡行更新处理
`,
  'CVR-CCD': `5
1.8|second GENERATE AC not requested|未请求第二次生成应用密文
1.7|second GENERATE AC: TC|第二次生成应用密文：TC
1.6|first GENERATE AC: ARQC|第一次生成应用密文：ARQC
1.5|first GENERATE AC: TC|第一次生成应用密文：TC
1.4|CDA performed|已执行复合动态数据认证
1.3|offline DDA performed|已执行脱机动态数据认证
1.2|issuer authentication not performed|未执行发卡行认证
1.1|issuer authentication failed|发卡行认证失败
2.8|PIN try counter, bit 4|PIN 尝试计数器第 4 位
2.7|PIN try counter, bit 3|PIN 尝试计数器第 3 位
2.6|PIN try counter, bit 2|PIN 尝试计数器第 2 位
2.5|PIN try counter, bit 1|PIN 尝试计数器第 1 位
2.4|offline PIN verification performed|已执行脱机 PIN 验证
2.3|offline PIN verification performed and PIN not successfully verified|脱机 PIN 验证失败
2.2|PIN try limit exceeded|PIN 重试次数超限
2.1|last online transaction not completed|上次联机交易未完成
3.8|lower offline transaction count limit exceeded|超过脱机交易次数下限
3.7|upper offline transaction count limit exceeded|超过脱机交易次数上限
3.6|lower cumulative offline amount limit exceeded|超过脱机累计金额下限
3.5|upper cumulative offline amount limit exceeded|超过脱机累计金额上限
3.4|issuer-discretionary bit 1|发卡行自定义位 1
3.3|issuer-discretionary bit 2|发卡行自定义位 2
3.2|issuer-discretionary bit 3|发卡行自定义位 3
3.1|issuer-discretionary bit 4|发卡行自定义位 4
4.8|number of successfully processed issuer script commands containing secure messaging, bit 4|成功处理的安全报文脚本命令数第 4 位
4.7|number of successfully processed issuer script commands containing secure messaging, bit 3|成功处理的安全报文脚本命令数第 3 位
4.6|number of successfully processed issuer script commands containing secure messaging, bit 2|成功处理的安全报文脚本命令数第 2 位
4.5|number of successfully processed issuer script commands containing secure messaging, bit 1|成功处理的安全报文脚本命令数第 1 位
4.4|issuer script processing failed|发卡行脚本处理失败
4.3|offline data authentication failed on previous transaction|上次交易脱机数据认证失败
4.2|go online on next transaction was set|已设置下次交易联机
4.1|unable to go online|无法联机
`,
  'CVR-PBOC': `3
1.8|second GENERATE AC not requested|未请求第二次生成应用密文
1.7|second GENERATE AC: TC|第二次生成应用密文：TC
1.6|first GENERATE AC: ARQC|第一次生成应用密文：ARQC
1.5|first GENERATE AC: TC|第一次生成应用密文：TC
1.4|issuer authentication performed and failed|已执行发卡行认证且失败
1.3|offline PIN verification performed|已执行脱机 PIN 验证
1.2|offline PIN verification failed|脱机 PIN 验证失败
1.1|unable to go online|无法联机
2.8|last online transaction not completed|上次联机交易未完成
2.7|PIN try limit exceeded|PIN 重试次数超限
2.6|velocity checking counters exceeded|超过频度检查计数器
2.5|new card|新卡
2.4|issuer authentication failure on last online transaction|上次联机交易发卡行认证失败
2.3|issuer authentication not performed after online authorization|联机授权后未执行发卡行认证
2.2|application blocked by card because PIN try limit exceeded|PIN 重试超限，应用被卡片锁定
2.1|offline static data authentication failed on last transaction|上次交易脱机静态数据认证失败
3.8|number of issuer script commands received after second GENERATE AC, bit 4|第二次生成应用密文后收到的脚本命令数第 4 位
3.7|number of issuer script commands received after second GENERATE AC, bit 3|第二次生成应用密文后收到的脚本命令数第 3 位
3.6|number of issuer script commands received after second GENERATE AC, bit 2|第二次生成应用密文后收到的脚本命令数第 2 位
3.5|number of issuer script commands received after second GENERATE AC, bit 1|第二次生成应用密文后收到的脚本命令数第 1 位
3.4|issuer script processing failed on last transaction|上次交易脚本处理失败
3.3|offline dynamic data authentication failed on last transaction|上次交易脱机动态数据认证失败
3.2|offline dynamic data authentication performed|已执行脱机动态数据认证
3.1|PIN verification command not received for a PIN-expecting card|期望 PIN 的卡片未收到 PIN 验证命令
`,
} as const;
