import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { textAt } from '@zhanggui/wallets';
import type { BillDays } from '../bill-days.ts';
import { BillLinks } from '../bill-links.ts';
import { linesOfDay } from '../day-lines.ts';
import { type WechatAnswer, wechatError, wrongParameter } from './answers.ts';
import { fundFlowText } from './fund-flow-bill.ts';
import type { WechatRequest } from './operations.ts';
import type { WechatShop } from './shop.ts';
import { tradeBillText } from './trade-bill.ts';

const LINK_LIVES_MS = 5 * 60_000;
const TRADES = ['ALL', 'SUCCESS', 'REFUND'];
const ACCOUNTS = ['BASIC', 'OPERATION', 'FEES'];

/** The bills of one shop: asked for by day, downloaded by an address that lives five minutes. */
export class WechatBills {
  readonly #shop: WechatShop;
  readonly #days: BillDays;
  readonly #links: BillLinks;

  constructor(shop: WechatShop, days: BillDays) {
    this.#shop = shop;
    this.#days = days;
    this.#links = new BillLinks(shop.clock, LINK_LIVES_MS);
  }

  /** GET /v3/bill/tradebill: what was sold and refunded. */
  trades(request: WechatRequest): WechatAnswer {
    const { caller, query } = request;
    const type = textAt(query, 'bill_type') || 'ALL';
    if (!TRADES.includes(type)) return wrongParameter('query', 'bill_type', `应为${TRADES.join('、')}之一`, type);
    const subMerchant = textAt(query, 'sub_mchid');
    if (subMerchant !== '' && subMerchant !== caller.subMerchantId)
      return wrongParameter('query', 'sub_mchid', '不是该服务商的特约商户', subMerchant);
    return this.#linked(request, (date) => {
      const lines = linesOfDay(this.#shop.book, date);
      const wanted = lines.filter(({ kind }) => type === 'ALL' || (type === 'SUCCESS') === (kind === 'payment'));
      return wanted.length === 0 ? '' : tradeBillText(caller, wanted);
    });
  }

  /** GET /v3/bill/fundflowbill: what came into the merchant's account and left it. All of it goes through the basic account. */
  funds(request: WechatRequest): WechatAnswer {
    const account = textAt(request.query, 'account_type') || 'BASIC';
    if (!ACCOUNTS.includes(account))
      return wrongParameter('query', 'account_type', `应为${ACCOUNTS.join('、')}之一`, account);
    return this.#linked(request, (date) =>
      account === 'BASIC' ? fundFlowText(this.#shop.book, request.caller, date) : '',
    );
  }

  /** GET /v3/billdownload/file */
  download({ query }: WechatRequest): WechatAnswer {
    const file = this.#links.find(textAt(query, 'token'));
    if (file === undefined) return wechatError(400, 'INVALID_REQUEST', '下载地址已失效');
    return { status: 200, body: null, file };
  }

  /** The address of a day's text, whose digest is that of the text before it is zipped; an empty text is no bill. */
  #linked({ query, baseUrl }: WechatRequest, textOf: (date: string) => string): WechatAnswer {
    const date = textAt(query, 'bill_date');
    const zip = textAt(query, 'tar_type');
    if (zip !== '' && zip !== 'GZIP') return wrongParameter('query', 'tar_type', '只能为GZIP', zip);
    switch (this.#days.standing(date)) {
      case 'none':
        return wrongParameter('query', 'bill_date', '格式应为yyyy-MM-DD', date);
      case 'day-not-over':
        return wechatError(400, 'INVALID_REQUEST', '账单日期不能晚于昨天');
      case 'not-ready':
        return wechatError(400, 'STATEMENT_CREATING', '账单生成中');
      case 'ready':
        break;
    }
    const text = textOf(date);
    if (text === '') return wechatError(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    const token = this.#shop.nonce(32);
    this.#links.keep(token, zip === 'GZIP' ? gzipSync(text) : Buffer.from(text));
    const hash = createHash('sha1').update(text).digest('hex');
    const url = `${baseUrl}/v3/billdownload/file?token=${token}`;
    return { status: 200, body: { hash_type: 'SHA1', hash_value: hash, download_url: url } };
  }
}
