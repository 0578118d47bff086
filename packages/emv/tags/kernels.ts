/** Data objects of contactless Book A and Book B (Entry Point). Columns as in BOOK_TAGS. */
export const ENTRY_POINT_TAGS = `
9F5A|b|2-5|card|Application Program Identifier (Program ID)|应用程序标识
`;

/** Kernel 3 (Book C-3 Annex A) beyond Books 1–4. */
export const KERNEL_3_TAGS = `
9F5D|n 12|6|card|Available Offline Spending Amount (AOSA)|可用脱机消费金额
9F66|b|4|terminal|Terminal Transaction Qualifiers (TTQ)|终端交易属性
9F69|b|5-16|card|Card Authentication Related Data|卡片认证相关数据
9F6B|n 12|6|card|Card CVM Limit|卡片持卡人验证限额
9F6C|b|2|card|Card Transaction Qualifiers (CTQ)|卡片交易属性
9F6E|b|4|card|Form Factor Indicator (FFI)|产品形态指示符
9F7C|b|0-32|card|Customer Exclusive Data (CED)|客户专有数据
9F58|b|1|card|Consecutive Transaction Counter Limit (CTCL)|连续交易计数器限制
9F59|b|1|card|Consecutive Transaction Counter Upper Limit (CTCUL)|连续交易计数器上限
9F5C|n 12|6|card|Cumulative Total Transaction Amount Upper Limit (CTTAUL)|累计交易总金额上限
9F54|n 12|6|card|Cumulative Total Transaction Amount Limit (CTTAL)|累计交易总金额限制
9F52|b|4-6|card|Application Default Action (ADA)|应用缺省行为
9F53|b|1|card|Consecutive Transaction Counter International Limit (CTCIL)|连续国际交易计数器限制
9F55|b|1|card|Geographic Indicator|地域指示符
9F56|b|var|card|Issuer Authentication Indicator|发卡行认证指示符
9F57|n 3|2|card|Issuer Country Code – Visa proprietary|发卡行国家代码（专有）
9F68|b|4-5|card|Card Additional Processes|卡片附加处理
9F72|b|1|card|Consecutive Transaction Counter International Country Limit (CTCICL)|连续国际交易计数器限制（国家）
9F7F|b|42|card|Card Production Life Cycle (CPLC) History File Identifiers|卡片生产生命周期数据
`;

/** Kernel 4 (Book C-4 Annex A) beyond Books 1–4. */
export const KERNEL_4_TAGS = `
9F5A|b|1-4|card|Membership Product Identifier|会员产品标识
9F5B|ans|var|card*|Product Membership Number|产品会员号
9F67|b|1|card|Form Factor|产品形态
9F70|b|1-2|card|Card Interface and Payment Capabilities|卡片接口与支付能力
9F6D|b|1|terminal|Contactless Reader Capabilities|非接触读写器能力
9F6E|b|4|terminal|Enhanced Contactless Reader Capabilities|增强非接触读写器能力
9F71|b|2|card|Mobile CVM Results|移动设备持卡人验证结果
`;

/** Kernel 5 (Book C-5 Annex A) beyond Books 1–4. */
export const KERNEL_5_TAGS = `
9F52|b|1|terminal|Terminal Compatibility Indicator|终端兼容性指示符
9F50|n 12|6|card|Offline Balance|脱机余额
9F53|b|3|terminal|Terminal Interchange Profile (dynamic)|终端交互特征（动态）
9F60|b|var|card|Issuer Update Parameter|发卡行更新参数
9F7C|b|0-32|card|Partner Discretionary Data|合作方自定义数据
`;

/** Kernel 6 (Book C-6 Annex A) beyond Books 1–4. */
export const KERNEL_6_TAGS = `
9F66|b|4|terminal|Terminal Transaction Qualifiers (TTQ)|终端交易属性
9F71|b|2|card|Card Processing Requirement (CPR)|卡片处理要求
9F7C|b|0-32|card|Issuer Discretionary Data|发卡行自定义数据
9F5B|b|var|card|Issuer Script Results|发卡行脚本结果
9F5D|n 12|6|card|Available Offline Spending Amount|可用脱机消费金额
9F7E|b|1|card|Application Life Cycle Data|应用生命周期数据
`;

/** Kernel 7, UnionPay (Book C-7 Annex A), and PBOC 3.0 (JR/T 0025) beyond Books 1–4, with the objects UnionPay POS puts into field 55. */
export const KERNEL_7_TAGS = `
9F51|n 3|2|card|Application Currency Code (card risk management)|应用货币代码（卡片风险管理）
9F52|b|2|card|Application Default Action (ADA)|应用缺省行为
9F53|b|1|card|Consecutive Transaction Limit (International)|连续脱机交易限制数（国际—货币）
9F54|n 12|6|card|Cumulative Total Transaction Amount Limit|累计脱机交易金额限制
9F55|b|1|card|Geographic Indicator|地域指示符
9F56|b|1|card|Issuer Authentication Indicator|发卡行认证指示位
9F57|n 3|2|card|Issuer Country Code (card risk management)|发卡行国家代码（卡片风险管理）
9F58|b|1|card|Lower Consecutive Offline Limit (card check)|连续脱机交易下限（卡片检查）
9F59|b|1|card|Upper Consecutive Offline Limit (card check)|连续脱机交易上限（卡片检查）
9F5B|b|var|terminal|Issuer Script Results|发卡行脚本结果
9F5C|n 12|6|card|Cumulative Total Transaction Amount Upper Limit|累计脱机交易金额上限
9F5D|n 12|6|card|Available Offline Spending Amount|可用脱机消费金额
9F61|an|var|card*|Cardholder Identification Number|持卡人证件号
9F62|n 2|1|card|Cardholder Identification Type|持卡人证件类型
9F63|b|16|card|Card Product Identification Information|卡产品标识信息
9F66|b|4|terminal|Terminal Transaction Qualifiers (TTQ)|终端交易属性
9F68|b|4|card|Card Additional Processes|卡片附加处理
9F69|b|8|card|Card Authentication Related Data|卡片认证相关数据
9F6B|n 12|6|card|Card CVM Limit|卡片持卡人验证限额
9F6C|b|2|card|Card Transaction Qualifiers (CTQ)|卡片交易属性
9F6D|n 12|6|card|Electronic Cash Reset Threshold|电子现金重置阈值
9F6E|b|4|card|Form Factor Indicator|产品形态指示符
9F72|b|1|card|Consecutive Transaction Limit (International – Country)|连续脱机交易限制数（国际—国家）
9F73|n 8|4|card|Currency Conversion Factor|货币转换因子
9F74|an 6|6|issuer|Electronic Cash Issuer Authorisation Code|电子现金发卡行授权码
9F75|n 12|6|card|Cumulative Total Transaction Amount Limit (Dual Currency)|双币累计交易金额限制
9F76|n 3|2|card|Secondary Application Currency Code|第二应用货币代码
9F77|n 12|6|card|Electronic Cash Balance Limit|电子现金余额上限
9F78|n 12|6|card|Electronic Cash Single Transaction Limit|电子现金单笔交易限额
9F79|n 12|6|card|Electronic Cash Balance|电子现金余额
9F7A|n 1|1|terminal|Electronic Cash Terminal Support Indicator|电子现金终端支持指示器
9F7B|n 12|6|terminal|Electronic Cash Terminal Transaction Limit|电子现金终端交易限额
9F7C|b|0-32|card|Customer Exclusive Data|客户专有数据
9F7F|b|42|card|Card Production Life Cycle Data|卡片生产生命周期数据
DF31|b|var|terminal|Issuer Script Results|发卡行脚本结果
DF32|ans|var|terminal|Chip Serial Number|芯片序列号
DF33|b|var|terminal|Session Key Data|过程密钥数据
DF34|b|var|terminal|Terminal Reading Time|终端读取时间
DF4D|b|6|card|Electronic Cash Balance (top-up)|电子现金圈存余额
DF61|b|1|card|Segmented Fare Application Indicator|分段扣费应用标识
DF62|n 12|6|card|Segmented Fare Deduction Limit|电子现金分段扣费抵扣限额
DF63|n 12|6|card|Segmented Fare Amount Already Deducted|电子现金分段扣费已抵扣额
DF69|b|1|terminal|SM Algorithm Support Indicator|国密算法支持指示器
DF71|n 3|2|card|Electronic Cash Application Currency Code (second currency)|第二币种电子现金应用货币代码
DF76|n 12|6|card|Electronic Cash Reset Threshold (second currency)|第二币种电子现金重置阈值
DF77|n 12|6|card|Electronic Cash Balance Limit (second currency)|第二币种电子现金余额上限
DF78|n 12|6|card|Electronic Cash Single Transaction Limit (second currency)|第二币种电子现金单笔交易限额
DF79|n 12|6|card|Electronic Cash Balance (second currency)|第二币种电子现金余额
`;

/** Kernel 8 (Book C-8 Annex A) beyond Books 1–4. */
export const KERNEL_8_TAGS = `
9E|b|0-132|terminal|Kernel Key Data|内核密钥数据
9F2B|b|8|terminal|Kernel Qualifier|内核限定符
9F2C|b|7|card|Card Qualifier|卡片限定符
9F8102|b|1|card|Cardholder Verification Decision|持卡人验证决定
9F8103|b|64-132|card|Card Key Data|卡片密钥数据
9F8104|b|5|card|Card TVR|卡片返回的终端验证结果
9F8105|b|8|card|Enhanced Data Authentication MAC (EDA MAC)|增强数据认证码
9F8106|b|0-128|card|Authenticated Application Data|已认证的应用数据
9F8107|b|1|card|IAD MAC Offset|发卡行应用数据认证码偏移
9F8108|b|2-5|card|Restart Indicator|重新开始指示符
9F8109|b|8|terminal|Issuer Application Data MAC|发卡行应用数据认证码
9F810A|b|0-255|card|Extended SDA Tag List|扩展静态数据认证标签列表
9F810B|b|32-66|card|ICC ECC Public Key (for RSA Certificates)|卡片 ECC 公钥（用于 RSA 证书）
9F810C|b|2|terminal|Relay Resistance Time Excess|抗中继超出时间
9F810D|b|2|card|Card Capabilities Information|卡片能力信息
9F8111|b|0-243|card|Data Envelope 1|数据信封 1
9F8112|b|0-243|card|Data Envelope 2|数据信封 2
9F8113|b|0-243|card|Data Envelope 3|数据信封 3
9F8114|b|0-243|card|Data Envelope 4|数据信封 4
9F8115|b|0-243|card|Data Envelope 5|数据信封 5
9F8116|b|0-243|card|Data Envelope 6|数据信封 6
9F8117|b|0-243|card|Data Envelope 7|数据信封 7
9F8118|b|0-243|card|Data Envelope 8|数据信封 8
9F8119|b|0-243|card|Data Envelope 9|数据信封 9
9F811A|b|0-243|card|Data Envelope 10|数据信封 10
9F8201|b|var|terminal|Data Needed|所需数据
9F8202|b|1|terminal|Proceed To First Write Flag|继续首次写入标志
9F8203|b|var|terminal|Tags To Read|待读标签
9F8204|b|6|terminal|Error Indication|错误指示
9F8205|b|13|terminal|User Interface Request Data 1|用户界面请求数据 1
9F8206|b|1|terminal|Card Data Input Capability|卡片数据输入能力
9F8207|b|1|terminal|CVM Capability – CVM Required|需验证持卡人时的 CVM 能力
9F8208|b|1|terminal|CVM Capability – No CVM Required|无需验证持卡人时的 CVM 能力
9F8209|b|2|terminal|Kernel Configuration|内核配置
9F820A|b|1|terminal|Security Capability|安全能力
9F820B|b|5|terminal|Terminal Action Code – Denial|终端行为代码（拒绝）
9F820C|b|5|terminal|Terminal Action Code – Online|终端行为代码（联机）
9F820D|n 12|6|terminal|Reader Contactless Floor Limit|读写器非接触最低限额
9F820E|n 12|6|terminal|Reader CVM Required Limit|读写器持卡人验证限额
9F820F|b|2|terminal|Timeout Value|超时值
9F8210|b|8|terminal|Outcome Parameter Set|结果参数集
9F8211|n 6|3|terminal|Message Hold Time|消息保持时间
9F8212|b|1|terminal|Hold Time Value|保持时间值
9F8213|b|2|terminal|Minimum Relay Resistance Grace Period|抗中继最小宽限期
9F8214|b|2|terminal|Maximum Relay Resistance Grace Period|抗中继最大宽限期
9F8215|b|2|terminal|Terminal Expected Transmission Time For Relay Resistance C-APDU|抗中继命令预期传输时间
9F8216|b|2|terminal|Terminal Expected Transmission Time For Relay Resistance R-APDU|抗中继响应预期传输时间
9F8217|b|2|terminal|Relay Resistance Accuracy Threshold|抗中继精度阈值
9F8218|b|2|terminal|Relay Resistance Transmission Time Mismatch Threshold|抗中继传输时间偏差阈值
9F8219|b|13|terminal|User Interface Request Data 2|用户界面请求数据 2
9F821A|b|5|terminal|Kernel Reserved TVR Mask|内核保留的 TVR 掩码
9F821B|b|1|terminal|Write Data Status|写数据状态
9F821C|b|1|terminal|Read Data Status|读数据状态
9F821D|b|0-32|terminal|Message Identifiers On Restart|重新开始时的消息标识
9F821E|b|1|terminal|Default IAD MAC Offset|缺省发卡行应用数据认证码偏移
9F821F|b|var|terminal|Discretionary Data Tag List|自定义数据标签列表
9F8220|b|0-250|terminal|Default CDOL1|缺省 CDOL1
9F8221|b|var|terminal|Tag Mapping List|标签映射列表
BF8101|b|var|terminal|Data To Send|待发送数据
BF8102|b|var|terminal|Data Record|数据记录
BF8103|b|var|terminal|Discretionary Data|自定义数据
BF8104|b|var|terminal|Data Envelopes To Write|待写数据信封
DA|b|var|card|Encrypted Data Template|加密数据模板
`;

/** UnionPay parameter download for CA public keys and AIDs (terminal management). */
export const UNIONPAY_DOWNLOAD_TAGS = `
DF01|b|1|terminal|Application Selection Indicator|应用选择指示符
DF02|b|var|terminal|CA Public Key Modulus|认证中心公钥模
DF03|b|20-32|terminal|CA Public Key Check Sum|认证中心公钥校验值
DF04|b|1-3|terminal|CA Public Key Exponent|认证中心公钥指数
DF05|n 8|4|terminal|CA Public Key Expiry Date|认证中心公钥有效期
DF06|b|1|terminal|CA Public Key Hash Algorithm Indicator|认证中心公钥哈希算法标识
DF07|b|1|terminal|CA Public Key Algorithm Indicator|认证中心公钥算法标识
DF11|b|5|terminal|Terminal Action Code – Default|终端行为代码（缺省）
DF12|b|5|terminal|Terminal Action Code – Online|终端行为代码（联机）
DF13|b|5|terminal|Terminal Action Code – Denial|终端行为代码（拒绝）
DF14|b|0-252|terminal|Default DDOL|缺省 DDOL
DF15|b|4|terminal|Threshold Value for Biased Random Selection|偏置随机选择阈值
DF16|n 2|1|terminal|Maximum Target Percentage for Biased Random Selection|偏置随机选择最大目标百分数
DF17|n 2|1|terminal|Target Percentage for Random Selection|随机选择目标百分数
DF18|b|1|terminal|Terminal Online PIN Capability|终端联机 PIN 支持能力
DF19|n 12|6|terminal|Contactless Reader Offline Floor Limit|非接触读写器脱机最低限额
DF20|n 12|6|terminal|Contactless Reader Transaction Limit|非接触读写器交易限额
DF21|n 12|6|terminal|Contactless Reader CVM Limit|非接触读写器持卡人验证限额
`;
