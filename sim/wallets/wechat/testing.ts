import WechatPayNode from 'wechatpay-node-v3';
import type { Credentials } from '../credentials.ts';

/** The host that `wechatpay-node-v3` knows. */
export const PRODUCTION = 'https://api.mch.weixin.qq.com';

/** wechatpay-node-v3 with its host replaced. */
export function nodeClient({ wechat }: Credentials): WechatPayNode {
  const { settings, secrets, merchantCertificatePem } = wechat;
  const client = new WechatPayNode({
    appid: settings.appId ?? '',
    mchid: settings.mchId ?? '',
    publicKey: Buffer.from(merchantCertificatePem),
    privateKey: Buffer.from(secrets.privateKeyPem ?? ''),
    key: secrets.apiV3Key ?? '',
  });
  const send = async (url: string, init: RequestInit) => {
    const response = await fetch(url.replace(PRODUCTION, settings.baseUrl ?? ''), init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, data: isJson ? JSON.parse(text) : text, headers: {} };
  };
  client.createHttp({
    get: (url, headers) => send(url, { headers }),
    post: (url, params, headers) => send(url, { method: 'POST', headers, body: JSON.stringify(params) }),
    upload: () => Promise.reject(new Error('not used')),
  });
  return client;
}
