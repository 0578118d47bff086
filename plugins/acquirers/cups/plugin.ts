import { concatBytes } from '@zhanggui/base';
import { cupsFraming, cupsPos, setMac, splitMac } from '@zhanggui/iso8583';
import { correlationOf } from '@zhanggui/modules/switch/answer-fields.ts';
import type { AcquirerDialect, AcquirerPlugin } from '@zhanggui/modules/switch/dialect.ts';
import { answerOf } from './answers.ts';
import { meaningOf } from './codes.ts';
import { describeMessage, titleOf } from './describe.ts';
import { KINDS } from './kinds.ts';
import { echoMessage, managementMessages, signOnAnswerOf, signOnMessage } from './management.ts';
import { financialMessage } from './messages.ts';
import { settlementMessages } from './settlement.ts';
import { type CupsMessage, FRONT_BYTES, messageOf, payloadOf, readSettings } from './spec.ts';

const TITLE = { zh: '银联终端规范', en: 'China UnionPay terminal dialect' };

/**
 * The dialect between China UnionPay terminals and their acquirer. Settings: `tpdu` (ten digits) and `header` (twelve),
 * both given by the acquirer; what may be set besides stands at `readSettings`.
 */
export const cups: AcquirerPlugin = {
  id: 'cups',
  title: TITLE,
  create(given) {
    const settings = readSettings(given);
    const wrap = (message: CupsMessage): Uint8Array => payloadOf(settings, message);
    return {
      id: 'cups',
      title: TITLE,
      spec: cupsPos,
      framing: cupsFraming,
      macAlgorithm: 'cup-ecb',
      kinds: KINDS,
      meaningOf,
      refusesWithoutMac: settings.refusesWithoutMac,
      toMessage: (request) => wrap(financialMessage(request, settings)),
      toSignOn: (trace, serial = null) => wrap(signOnMessage(trace, serial, settings)),
      toEcho: (trace) => wrap(echoMessage(trace)),
      fromMessage: answerOf,
      fromSignOn: signOnAnswerOf,
      correlationOf: (payload) => correlationOf(() => messageOf(payload)),
      macInput: (payload) => splitMac(payload.subarray(FRONT_BYTES)).covered,
      withMac: (payload, mac) =>
        concatBytes(payload.subarray(0, FRONT_BYTES), setMac(payload.subarray(FRONT_BYTES), mac)),
      titleOf,
      describe: describeMessage,
      management: managementMessages(settings),
      settlement: settlementMessages(settings),
    } satisfies AcquirerDialect;
  },
};
