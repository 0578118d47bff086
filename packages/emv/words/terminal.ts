/**
 * Words of the bit fields a terminal makes. Each text: the length in bytes, then `byte.bit|English|Chinese`.
 * TVR EMV Book 3 Annex C5, of which Book C-2 gives the last four bits other meanings; TSI C6; terminal capabilities Book 4 Annex A2; additional A3; TTQ Book A clause 5.7, Book C-3.
 */
export const TERMINAL_WORDS = {
  TVR: `5
1.8|offline data authentication was not performed|未进行脱机数据认证
1.7|SDA failed|静态数据认证失败
1.6|ICC data missing|卡片数据缺失
1.5|card on terminal exception file|卡片在终端异常文件中
1.4|DDA failed|动态数据认证失败
1.3|CDA failed|复合动态数据认证失败
1.2|SDA selected|选择了静态数据认证
1.1|XDA selected|选择了扩展数据认证
2.8|ICC and terminal have different application versions|卡片与终端应用版本不一致
2.7|expired application|应用已过期
2.6|application not yet effective|应用尚未生效
2.5|requested service not allowed for card product|卡产品不允许所请求的服务
2.4|new card|新卡
2.2|biometric performed and successful|已进行生物识别且成功
2.1|biometric template format not supported|不支持的生物识别模板格式
3.8|cardholder verification was not successful|持卡人验证未成功
3.7|unrecognised CVM|未知的持卡人验证方法
3.6|PIN try limit exceeded|PIN 重试次数超限
3.5|PIN entry required and PIN pad not present or not working|要求输入 PIN，但密码键盘不存在或故障
3.4|PIN entry required, PIN pad present, but PIN was not entered|要求输入 PIN，有密码键盘，但未输入 PIN
3.3|online PIN entered|输入了联机 PIN
3.2|biometric required and biometric capture device not working|要求生物识别，但采集设备故障
3.1|biometric required, capture device present, but biometric subtype entry was bypassed|要求生物识别，有采集设备，但跳过了采集
4.8|transaction exceeds floor limit|交易超过最低限额
4.7|lower consecutive offline limit exceeded|超过连续脱机交易下限
4.6|upper consecutive offline limit exceeded|超过连续脱机交易上限
4.5|transaction selected randomly for online processing|交易被随机选择联机处理
4.4|merchant forced transaction online|商户要求联机交易
4.3|biometric try limit exceeded|生物识别重试次数超限
4.2|a selected biometric type not supported|不支持所选的生物识别类型
4.1|XDA signature verification failed|扩展数据认证签名验证失败
5.8|default TDOL used|使用了缺省 TDOL
5.7|issuer authentication failed|发卡行认证失败
5.6|script processing failed before final GENERATE AC|最后一次生成应用密文前脚本处理失败
5.5|script processing failed after final GENERATE AC|最后一次生成应用密文后脚本处理失败
5.4|kernel 2: relay resistance threshold exceeded|内核 2：超出抗中继阈值
5.3|CA ECC key missing; kernel 2: relay resistance time limits exceeded|缺少认证中心 ECC 公钥；内核 2：超出抗中继时限
5.2|ECC key recovery failed; kernel 2: relay resistance protocol performed|ECC 公钥恢复失败；内核 2：已执行抗中继协议
5.1|kernel 2: relay resistance protocol not performed|内核 2：未执行抗中继协议
`,
  TSI: `2
1.8|offline data authentication was performed|已进行脱机数据认证
1.7|cardholder verification was performed|已进行持卡人验证
1.6|card risk management was performed|已进行卡片风险管理
1.5|issuer authentication was performed|已进行发卡行认证
1.4|terminal risk management was performed|已进行终端风险管理
1.3|script processing was performed|已进行脚本处理
`,
  'terminal-capabilities': `3
1.8|manual key entry|手工键盘输入
1.7|magnetic stripe|磁条
1.6|IC with contacts|接触式 IC 卡
2.8|plaintext PIN for ICC verification|卡片验证明文 PIN
2.7|enciphered PIN for online verification|联机验证加密 PIN
2.6|signature|签名
2.5|enciphered PIN for offline verification (RSA ODE)|脱机验证加密 PIN（RSA）
2.4|no CVM required|无需持卡人验证
2.3|online biometric|联机生物识别
2.2|offline biometric|脱机生物识别
2.1|enciphered PIN for offline verification (ECC ODE)|脱机验证加密 PIN（ECC）
3.8|SDA|静态数据认证
3.7|DDA|动态数据认证
3.6|card capture|吞卡
3.4|CDA|复合动态数据认证
3.3|XDA|扩展数据认证
`,
  'additional-terminal-capabilities': `5
1.8|cash|现金
1.7|goods|商品
1.6|services|服务
1.5|cashback|返现
1.4|inquiry|查询
1.3|transfer|转账
1.2|payment|支付
1.1|administrative|管理
2.8|cash deposit|现金存款
3.8|numeric keys|数字键
3.7|alphabetical and special characters keys|字母与特殊字符键
3.6|command keys|命令键
3.5|function keys|功能键
4.8|print or electronic, attendant|打印或电子凭证（操作员）
4.7|print or electronic, cardholder|打印或电子凭证（持卡人）
4.6|display, attendant|显示（操作员）
4.5|display, cardholder|显示（持卡人）
4.2|code table 10|代码表 10
4.1|code table 9|代码表 9
5.8|code table 8|代码表 8
5.7|code table 7|代码表 7
5.6|code table 6|代码表 6
5.5|code table 5|代码表 5
5.4|code table 4|代码表 4
5.3|code table 3|代码表 3
5.2|code table 2|代码表 2
5.1|code table 1|代码表 1
`,
  TTQ: `4
1.8|mag-stripe mode supported|支持磁条模式
1.6|EMV mode supported|支持 EMV 模式
1.5|EMV contact chip supported|支持接触式芯片
1.4|offline-only reader|仅脱机读写器
1.3|online PIN supported|支持联机 PIN
1.2|signature supported|支持签名
1.1|offline data authentication for online authorizations supported|支持联机授权的脱机数据认证
2.8|online cryptogram required|要求联机密文
2.7|CVM required|要求持卡人验证
2.6|(contact chip) offline PIN supported|支持脱机 PIN（接触式芯片）
3.8|issuer update processing supported|支持发卡行更新处理
3.7|consumer device CVM supported|支持消费者设备持卡人验证（CDCVM）
4.8|fDDA v1.0 supported|支持 fDDA 1.0 版
`,
} as const;
