/**
 * Data objects of EMV Books 1–4 (Book 3 Annex A; Book 1 clauses 10–12; Book 2; Book 4 Annex A), in the order of their tags.
 * Columns: tag | format | length in bytes | source | name | Chinese name; a star after the source marks what must be masked.
 */
export const BOOK_TAGS = `
06|b|var|issuer|Object Identifier (OID)|对象标识符
41|cn|var|issuer|Country Code and National Data|国家代码与国家数据
42|n 6|3|issuer|Issuer Identification Number (IIN)|发卡行标识代码
4F|b|5-16|card|Application Dedicated File (ADF) Name|应用标识符（AID）
50|ans|1-16|card|Application Label|应用标签
51|b|var|card|File Reference Data Element|文件引用数据元
52|b|var|card|Command to Perform|待执行命令
53|b|var|card|Discretionary Data Element|自定义数据元
56|ans|0-76|card*|Track 1 Data|第一磁道数据
57|b|0-19|card*|Track 2 Equivalent Data|第二磁道等效数据
58|ans|var|card*|Track 3 Equivalent Data|第三磁道等效数据
5A|cn 19|0-10|card*|Application Primary Account Number (PAN)|应用主账号
5F20|ans|2-26|card*|Cardholder Name|持卡人姓名
5F24|n 6|3|card|Application Expiration Date|应用失效日期
5F25|n 6|3|card|Application Effective Date|应用生效日期
5F28|n 3|2|card|Issuer Country Code|发卡行国家代码
5F2A|n 3|2|terminal|Transaction Currency Code|交易货币代码
5F2D|an|2-8|card|Language Preference|首选语言
5F30|n 3|2|card|Service Code|服务码
5F34|n 2|1|card|Application Primary Account Number (PAN) Sequence Number|应用主账号序列号
5F36|n 1|1|terminal|Transaction Currency Exponent|交易货币指数
5F50|ans|var|card|Issuer URL|发卡行 URL
5F53|an|0-34|card*|International Bank Account Number (IBAN)|国际银行账号
5F54|an|8-11|card|Bank Identifier Code (BIC)|银行标识代码
5F55|a 2|2|card|Issuer Country Code (alpha2 format)|发卡行国家代码（两位字母）
5F56|a 3|3|card|Issuer Country Code (alpha3 format)|发卡行国家代码（三位字母）
5F57|n 2|1|terminal|Account Type|账户类型
61|b|0-252|card|Application Template|应用模板
62|b|var|card|File Control Parameters (FCP) Template|文件控制参数模板
6F|b|0-252|card|File Control Information (FCI) Template|文件控制信息模板
70|b|0-252|card|READ RECORD Response Message Template|记录模板
71|b|var|issuer|Issuer Script Template 1|发卡行脚本模板 1
72|b|var|issuer|Issuer Script Template 2|发卡行脚本模板 2
73|b|0-252|card|Directory Discretionary Template|目录自定义模板
77|b|var|card|Response Message Template Format 2|响应报文模板格式 2
80|b|var|card|Response Message Template Format 1|响应报文模板格式 1
81|b|4|terminal|Amount, Authorised (Binary)|授权金额（二进制）
82|b|2|card|Application Interchange Profile (AIP)|应用交互特征
83|b|var|terminal|Command Template|命令模板
84|b|5-16|card|Dedicated File (DF) Name|专用文件名称
86|b|0-261|issuer|Issuer Script Command|发卡行脚本命令
87|b|1|card|Application Priority Indicator|应用优先指示符
88|b|1|card|Short File Identifier (SFI)|短文件标识符
89|b|6|issuer|Authorisation Code|授权码
8A|an 2|2|issuer|Authorisation Response Code|授权响应码
8C|b|0-252|card|Card Risk Management Data Object List 1 (CDOL1)|卡片风险管理数据对象列表 1
8D|b|0-252|card|Card Risk Management Data Object List 2 (CDOL2)|卡片风险管理数据对象列表 2
8E|b|10-252|card|Cardholder Verification Method (CVM) List|持卡人验证方法列表
8F|b|1|card|Certification Authority Public Key Index|认证中心公钥索引（卡片）
90|b|var|card|Issuer Public Key Certificate|发卡行公钥证书
91|b|8-16|issuer|Issuer Authentication Data|发卡行认证数据
92|b|var|card|Issuer Public Key Remainder|发卡行公钥余项
93|b|var|card|Signed Static Application Data|签名的静态应用数据
94|b|0-252|card|Application File Locator (AFL)|应用文件定位器
95|b|5|terminal|Terminal Verification Results (TVR)|终端验证结果
97|b|0-252|card|Transaction Certificate Data Object List (TDOL)|交易证书数据对象列表
98|b|20|terminal|Transaction Certificate (TC) Hash Value|交易证书哈希值
99|b|var|terminal*|Transaction Personal Identification Number (PIN) Data|交易个人识别码数据
9A|n 6|3|terminal|Transaction Date|交易日期
9B|b|2|terminal|Transaction Status Information (TSI)|交易状态信息
9C|n 2|1|terminal|Transaction Type|交易类型
9D|b|5-16|card|Directory Definition File (DDF) Name|目录定义文件名称
9F01|n 11|6|terminal|Acquirer Identifier|收单行标识
9F02|n 12|6|terminal|Amount, Authorised (Numeric)|授权金额（数字型）
9F03|n 12|6|terminal|Amount, Other (Numeric)|其他金额（数字型）
9F04|b|4|terminal|Amount, Other (Binary)|其他金额（二进制）
9F05|b|1-32|card|Application Discretionary Data|应用自定义数据
9F06|b|5-16|terminal|Application Identifier (AID) – terminal|应用标识符（终端）
9F07|b|2|card|Application Usage Control (AUC)|应用用途控制
9F08|b|2|card|Application Version Number – card|应用版本号（卡片）
9F09|b|2|terminal|Application Version Number – terminal|应用版本号（终端）
9F0A|b|var|card|Application Selection Registered Proprietary Data (ASRPD)|应用选择注册专有数据
9F0B|ans|27-45|card*|Cardholder Name Extended|持卡人姓名扩展
9F0C|n 6-8|3-4|card|Issuer Identification Number Extended (IINE)|扩展发卡行标识代码
9F0D|b|5|card|Issuer Action Code – Default|发卡行行为代码（缺省）
9F0E|b|5|card|Issuer Action Code – Denial|发卡行行为代码（拒绝）
9F0F|b|5|card|Issuer Action Code – Online|发卡行行为代码（联机）
9F10|b|0-32|card|Issuer Application Data (IAD)|发卡行应用数据
9F11|n 2|1|card|Issuer Code Table Index|发卡行代码表索引
9F12|ans|1-16|card|Application Preferred Name|应用首选名称
9F13|b|2|card|Last Online Application Transaction Counter (ATC) Register|上次联机应用交易计数器寄存器
9F14|b|1|card|Lower Consecutive Offline Limit|连续脱机交易下限
9F15|n 4|2|terminal|Merchant Category Code|商户类别码
9F16|ans 15|15|terminal|Merchant Identifier|商户标识
9F17|b|1|card|Personal Identification Number (PIN) Try Counter|PIN 尝试计数器
9F18|b|4|issuer|Issuer Script Identifier|发卡行脚本标识符
9F19|an|var|card|Token Requestor ID|令牌请求方标识
9F1A|n 3|2|terminal|Terminal Country Code|终端国家代码
9F1B|b|4|terminal|Terminal Floor Limit|终端最低限额
9F1C|an 8|8|terminal|Terminal Identification|终端标识
9F1D|b|1-8|terminal|Terminal Risk Management Data|终端风险管理数据
9F1E|an 8|8|terminal|Interface Device (IFD) Serial Number|接口设备序列号
9F1F|ans|var|card*|Track 1 Discretionary Data|第一磁道自定义数据
9F20|cn|var|card*|Track 2 Discretionary Data|第二磁道自定义数据
9F21|n 6|3|terminal|Transaction Time|交易时间
9F22|b|1|terminal|Certification Authority Public Key Index – terminal|认证中心公钥索引（终端）
9F23|b|1|card|Upper Consecutive Offline Limit|连续脱机交易上限
9F24|an 29|29|card|Payment Account Reference (PAR)|支付账户参考号
9F25|n 4|2|card|Last 4 Digits of PAN|主账号后四位
9F26|b|8|card|Application Cryptogram (AC)|应用密文
9F27|b|1|card|Cryptogram Information Data (CID)|密文信息数据
9F29|b|var|card|Extended Selection|扩展选择
9F2A|b|1-8|card|Kernel Identifier|内核标识符
9F2D|b|var|card|ICC PIN Encipherment Public Key Certificate|卡片 PIN 加密公钥证书
9F2E|b|1-3|card|ICC PIN Encipherment Public Key Exponent|卡片 PIN 加密公钥指数
9F2F|b|var|card|ICC PIN Encipherment Public Key Remainder|卡片 PIN 加密公钥余项
9F30|b|var|terminal|Biometric Terminal Capabilities|终端生物识别能力
9F31|b|var|card|Card BIT Group Template|卡片生物信息模板组
9F32|b|1-3|card|Issuer Public Key Exponent|发卡行公钥指数
9F33|b|3|terminal|Terminal Capabilities|终端性能
9F34|b|3|terminal|Cardholder Verification Method (CVM) Results|持卡人验证方法结果
9F35|n 2|1|terminal|Terminal Type|终端类型
9F36|b|2|card|Application Transaction Counter (ATC)|应用交易计数器
9F37|b|4|terminal|Unpredictable Number|不可预知数
9F38|b|var|card|Processing Options Data Object List (PDOL)|处理选项数据对象列表
9F39|n 2|1|terminal|Point-of-Service (POS) Entry Mode|服务点输入方式
9F3A|b|4|terminal|Amount, Reference Currency|参考货币金额
9F3B|n 3|2-8|card|Application Reference Currency|应用参考货币
9F3C|n 3|2|terminal|Transaction Reference Currency Code|交易参考货币代码
9F3D|n 1|1|terminal|Transaction Reference Currency Exponent|交易参考货币指数
9F40|b|5|terminal|Additional Terminal Capabilities|附加终端性能
9F41|n 4-8|2-4|terminal|Transaction Sequence Counter|交易序列计数器
9F42|n 3|2|card|Application Currency Code|应用货币代码
9F43|n 1|1-4|card|Application Reference Currency Exponent|应用参考货币指数
9F44|n 1|1|card|Application Currency Exponent|应用货币指数
9F45|b|2|card|Data Authentication Code|数据认证码
9F46|b|var|card|ICC Public Key Certificate|卡片公钥证书
9F47|b|1-3|card|ICC Public Key Exponent|卡片公钥指数
9F48|b|var|card|ICC Public Key Remainder|卡片公钥余项
9F49|b|0-252|card|Dynamic Data Authentication Data Object List (DDOL)|动态数据认证数据对象列表
9F4A|b|var|card|Static Data Authentication Tag List|静态数据认证标签列表
9F4B|b|var|card|Signed Dynamic Application Data|签名的动态应用数据
9F4C|b|2-8|card|ICC Dynamic Number|卡片动态数
9F4D|b|2|card|Log Entry|日志入口
9F4E|ans|var|terminal|Merchant Name and Location|商户名称和位置
9F4F|b|var|card|Log Format|日志格式
A5|b|var|card|File Control Information (FCI) Proprietary Template|文件控制信息专有模板
BF0C|b|0-222|card|File Control Information (FCI) Issuer Discretionary Data|发卡行自定义数据
BF4A|b|var|card|Offline BIT Group Template|脱机生物信息模板组
BF4B|b|var|card|Online BIT Group Template|联机生物信息模板组
BF4C|b|var|terminal|Biometric Try Counters Template|生物识别尝试计数器模板
BF4D|b|var|card|Preferred Attempts Template|首选尝试模板
BF4E|b|var|terminal|Biometric Verification Data Template|生物识别验证数据模板
7F60|b|var|card|Biometric Information Template (BIT)|生物信息模板
DF50|b|var|terminal|Facial Try Counter|人脸识别尝试计数器
DF51|b|var|card|Finger Try Counter|指纹识别尝试计数器
`;
