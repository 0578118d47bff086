/** Data objects of contactless Kernel 2 (EMV Contactless Book C-2 Annex A) beyond those of Books 1–4. Columns as in BOOK_TAGS. */
export const KERNEL_2_TAGS = `
9F50|n 12|6|card|Offline Accumulator Balance|脱机累计余额
9F51|b|0-252|card|DRDOL|数据恢复数据对象列表
9F53|an 1|1|terminal|Transaction Category Code|交易类别代码
9F54|b|0-160|card|DS ODS Card|数据存储卡片运营数据
9F5B|b|0-252|card|DSDOL|数据存储数据对象列表
9F5C|b|8|terminal|DS Requested Operator ID|请求的数据存储运营商标识
9F5D|b|3|card|Application Capabilities Information|应用能力信息
9F5E|cn|8-11|card|DS ID|数据存储标识
9F5F|b|1|card|DS Slot Availability|数据存储槽可用性
9F60|b|2|card|CVC3 (Track1)|第一磁道动态验证码 CVC3
9F61|b|2|card|CVC3 (Track2)|第二磁道动态验证码 CVC3
9F62|b|6|card|PCVC3 (Track1)|第一磁道 CVC3 位图
9F63|b|6|card|PUNATC (Track1)|第一磁道不可预知数与 ATC 位图
9F64|b|1|card|NATC (Track1)|第一磁道 ATC 位数
9F65|b|2|card|PCVC3 (Track2)|第二磁道 CVC3 位图
9F66|b|2|card|PUNATC (Track2)|第二磁道不可预知数与 ATC 位图
9F67|b|1|card|NATC (Track2)|第二磁道 ATC 位数
9F69|b|var|card|UDOL|不可预知数数据对象列表
9F6A|n 8|4|terminal|Unpredictable Number (Numeric)|不可预知数（数字型）
9F6B|b|0-19|card*|Track 2 Data|第二磁道数据
9F6D|b|2|terminal|Mag-stripe Application Version Number (Reader)|磁条应用版本号（读写器）
9F6E|b|5-32|card|Third Party Data|第三方数据
9F6F|b|1|card|DS Slot Management Control|数据存储槽管理控制
9F70|b|0-192|card|Protected Data Envelope 1|受保护数据信封 1
9F71|b|0-192|card|Protected Data Envelope 2|受保护数据信封 2
9F72|b|0-192|card|Protected Data Envelope 3|受保护数据信封 3
9F73|b|0-192|card|Protected Data Envelope 4|受保护数据信封 4
9F74|b|0-192|card|Protected Data Envelope 5|受保护数据信封 5
9F75|b|0-192|card|Unprotected Data Envelope 1|非保护数据信封 1
9F76|b|0-192|card|Unprotected Data Envelope 2|非保护数据信封 2
9F77|b|0-192|card|Unprotected Data Envelope 3|非保护数据信封 3
9F78|b|0-192|card|Unprotected Data Envelope 4|非保护数据信封 4
9F79|b|0-192|card|Unprotected Data Envelope 5|非保护数据信封 5
9F7C|b|20|terminal|Merchant Custom Data|商户自定义数据
9F7D|b|16|card|DS Summary 1|数据存储摘要 1
9F7E|b|1|terminal|Mobile Support Indicator|移动设备支持指示符
9F7F|b|8|card|DS Unpredictable Number|数据存储不可预知数
DF4B|b|3|card|POS Cardholder Interaction Information|POS 持卡人交互信息
DF60|b|8|terminal|DS Input (Card)|数据存储输入（卡片）
DF61|b|8|terminal|DS Digest H|数据存储摘要 H
DF62|b|1|terminal|DS ODS Info|运营数据信息
DF63|b|0-160|terminal|DS ODS Term|运营数据（终端）
DF8104|n 12|6|terminal|Balance Read Before Gen AC|生成密文前读取的余额
DF8105|n 12|6|terminal|Balance Read After Gen AC|生成密文后读取的余额
DF8106|b|var|terminal|Data Needed|所需数据
DF8107|b|var|terminal|CDOL1 Related Data|CDOL1 相关数据
DF8108|b|8|terminal|DS AC Type|数据存储密文类型
DF8109|b|8|terminal|DS Input (Term)|数据存储输入（终端）
DF810A|b|1|terminal|DS ODS Info For Reader|供读写器的运营数据信息
DF810B|b|1|terminal|DS Summary Status|数据存储摘要状态
DF810C|b|1|terminal|Kernel ID|内核编号
DF810D|b|var|terminal|DSVN Term|数据存储版本号（终端）
DF810E|b|1|terminal|Post-Gen AC Put Data Status|生成密文后写数据状态
DF810F|b|1|terminal|Pre-Gen AC Put Data Status|生成密文前写数据状态
DF8110|b|1|terminal|Proceed To First Write Flag|继续首次写入标志
DF8111|b|var|terminal|PDOL Related Data|PDOL 相关数据
DF8112|b|var|terminal|Tags To Read|待读标签
DF8113|b|var|terminal|DRDOL Related Data|DRDOL 相关数据
DF8114|b|var|terminal|Reference Control Parameter|引用控制参数
DF8115|b|6|terminal|Error Indication|错误指示
DF8116|b|22|terminal|User Interface Request Data|用户界面请求数据
DF8117|b|1|terminal|Card Data Input Capability|卡片数据输入能力
DF8118|b|1|terminal|CVM Capability – CVM Required|需验证持卡人时的 CVM 能力
DF8119|b|1|terminal|CVM Capability – No CVM Required|无需验证持卡人时的 CVM 能力
DF811A|b|0-3|terminal|Default UDOL|缺省 UDOL
DF811B|b|1|terminal|Kernel Configuration|内核配置
DF811C|b|2|terminal|Max Lifetime of Torn Transaction Log Record|中断交易记录最长保留时间
DF811D|b|1|terminal|Max Number of Torn Transaction Log Records|中断交易记录最大条数
DF811E|b|1|terminal|Mag-stripe CVM Capability – CVM Required|磁条模式需验证时的 CVM 能力
DF811F|b|1|terminal|Security Capability|安全能力
DF8120|b|5|terminal|Terminal Action Code – Default|终端行为代码（缺省）
DF8121|b|5|terminal|Terminal Action Code – Denial|终端行为代码（拒绝）
DF8122|b|5|terminal|Terminal Action Code – Online|终端行为代码（联机）
DF8123|n 12|6|terminal|Reader Contactless Floor Limit|读写器非接触最低限额
DF8124|n 12|6|terminal|Reader Contactless Transaction Limit (No On-device CVM)|读写器非接触交易限额（无设备端 CVM）
DF8125|n 12|6|terminal|Reader Contactless Transaction Limit (On-device CVM)|读写器非接触交易限额（设备端 CVM）
DF8126|n 12|6|terminal|Reader CVM Required Limit|读写器持卡人验证限额
DF8127|b|2|terminal|TIME_OUT_VALUE|超时值
DF8128|b|1|terminal|IDS Status|集成数据存储状态
DF8129|b|8|terminal|Outcome Parameter Set|结果参数集
DF812A|b|0-56|card*|DD Card (Track1)|卡片第一磁道自定义数据
DF812B|b|0-11|card*|DD Card (Track2)|卡片第二磁道自定义数据
DF812C|b|1|terminal|Mag-stripe CVM Capability – No CVM Required|磁条模式无需验证时的 CVM 能力
DF812D|n 6|3|terminal|Message Hold Time|消息保持时间
DF8130|b|1|terminal|Hold Time Value|保持时间值
DF8131|b|48|terminal|Phone Message Table|手机消息表
DF8132|b|2|terminal|Minimum Relay Resistance Grace Period|抗中继最小宽限期
DF8133|b|2|terminal|Maximum Relay Resistance Grace Period|抗中继最大宽限期
DF8134|b|2|terminal|Terminal Expected Transmission Time For Relay Resistance C-APDU|抗中继命令预期传输时间
DF8135|b|2|terminal|Terminal Expected Transmission Time For Relay Resistance R-APDU|抗中继响应预期传输时间
DF8136|b|2|terminal|Relay Resistance Accuracy Threshold|抗中继精度阈值
DF8137|b|1|terminal|Relay Resistance Transmission Time Mismatch Threshold|抗中继传输时间偏差阈值
DF8301|b|4|card|Terminal Relay Resistance Entropy|终端抗中继熵
DF8302|b|4|card|Device Relay Resistance Entropy|设备抗中继熵
DF8303|b|2|card|Min Time For Processing Relay Resistance APDU|抗中继命令最短处理时间
DF8304|b|2|card|Max Time For Processing Relay Resistance APDU|抗中继命令最长处理时间
DF8305|b|2|card|Device Estimated Transmission Time For Relay Resistance R-APDU|设备估计的抗中继响应传输时间
DF8306|b|2|terminal|Measured Relay Resistance Processing Time|实测抗中继处理时间
DF8307|b|1|terminal|RRP Counter|抗中继协议计数器
FF8101|b|var|terminal|Torn Record|中断交易记录
FF8102|b|var|terminal|Tags To Write Before Gen AC|生成密文前待写标签
FF8103|b|var|terminal|Tags To Write After Gen AC|生成密文后待写标签
FF8104|b|var|terminal|Data To Send|待发送数据
FF8105|b|var|terminal|Data Record|数据记录
FF8106|b|var|terminal|Discretionary Data|自定义数据
`;
