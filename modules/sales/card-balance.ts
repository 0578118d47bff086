import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { type Route, route } from '../http.ts';
import type { Payments } from '../payments/context.ts';
import { ownTill } from './sale.ts';

const text = Type.String();
const bilingual = Type.Object({ zh: text, en: text });

/** What a card's account holds, as its issuer tells it: shown to its holder, kept nowhere. */
export function cardBalanceRoute(payments: Payments): Route {
  const asking = payments.methods.filter(({ method }) => method.balance !== undefined);
  return route({
    method: 'POST',
    path: '/tills/:tillId/card-balance',
    summary: "Ask what the customer's card holds",
    tag: 'payments',
    permission: 'sell',
    params: Type.Object({ tillId: Type.String({ maxLength: 60 }) }),
    body: Type.Object(
      {
        method: Type.Optional(Type.String({ maxLength: 40, description: 'the first that can be asked unless told' })),
        credential: Type.Union(
          asking.map(({ plugin }) => plugin.credential),
          { description: "what the method needs of the customer's instrument" },
        ),
      },
      { additionalProperties: false },
    ),
    response: Type.Object({
      maskedInstrument: text,
      balance: Type.Union([
        Type.Object({
          amountMinor: Type.Integer({ description: 'negative where the account owes' }),
          currency: text,
        }),
        Type.Null(),
      ]),
      decline: Type.Union([Type.Object({ code: text, message: bilingual, advice: text }), Type.Null()]),
    }),
    handle: async ({ db, staff, params, body }) => {
      const till = await ownTill(db, staff, params.tillId);
      const found = asking.find(({ plugin }) => body.method === undefined || plugin.id === body.method);
      const answer = await found?.method.balance?.(till.id, body.credential);
      if (answer === undefined) throw new Fault('method-unknown', { params: { method: body.method ?? '' } });
      return answer;
    },
  });
}
