import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { type Route, route } from '../http.ts';
import type { MethodPlugin } from '../payments/method.ts';
import { DisplayState, MethodView, ShiftView, TillView } from './api.ts';
import type { SalesServices } from './routes.ts';
import { ownTill } from './sale.ts';
import { closeShift, openShift, viewOfShift } from './shift.ts';
import { currentShift, tillsOf } from './till-store.ts';

const tillParams = Type.Object({ tillId: Type.String({ maxLength: 60 }) });
const amount = Type.Integer({ minimum: 0, maximum: 100_000_000 });

/** Tills with their shifts, the customer's screen, and what tills are told as it happens. */
export function tillRoutes({ payments, push }: SalesServices): readonly Route[] {
  const plugins = payments.methods.map(({ plugin }) => plugin);
  return [...listRoutes(plugins), ...shiftRoutes(plugins), ...screenRoutes(push)];
}

function listRoutes(plugins: readonly MethodPlugin[]): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/tills',
      summary: "The merchant's tills with their open shifts",
      tag: 'tills',
      permission: 'sell',
      response: Type.Object({ tills: Type.Array(TillView) }),
      handle: async ({ db, staff }) => {
        const tills = await tillsOf(db, staff.merchantId);
        return {
          tills: await Promise.all(
            tills.map(async ({ id, name, nameEn, number }) => {
              const shift = await currentShift(db, id);
              return {
                id,
                name,
                nameEn,
                number,
                openShift: shift === undefined ? null : await viewOfShift(db, shift, plugins),
              };
            }),
          ),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/methods',
      summary: 'The ways to pay that this server has',
      tag: 'tills',
      permission: 'signed-in',
      response: Type.Object({ methods: Type.Array(MethodView) }),
      handle: async () => ({
        methods: plugins.map(({ id, title, holds, policy }) => ({
          id,
          title: { ...title },
          holds,
          policy: { ...policy },
        })),
      }),
    }),
  ];
}

function shiftRoutes(plugins: readonly MethodPlugin[]): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/shifts',
      summary: 'Open a shift with a cash float',
      tag: 'tills',
      permission: 'sell',
      command: true,
      status: 201,
      body: Type.Object(
        { tillId: Type.String({ maxLength: 60 }), floatMinor: amount },
        { additionalProperties: false },
      ),
      response: ShiftView,
      handle: async (context) => {
        const shift = await openShift(context, context.body.tillId, context.body.floatMinor);
        return viewOfShift(context.db, shift, plugins);
      },
    }),
    route({
      method: 'GET',
      path: '/shifts/current',
      summary: "A till's open shift",
      tag: 'tills',
      permission: 'sell',
      query: tillParams,
      response: ShiftView,
      handle: async ({ db, staff, query }) => {
        await ownTill(db, staff, query.tillId);
        const shift = await currentShift(db, query.tillId);
        if (shift === undefined) throw new Fault('no-open-shift');
        return viewOfShift(db, shift, plugins);
      },
    }),
    route({
      method: 'POST',
      path: '/shifts/:shiftId/close',
      summary: 'Close a shift with the counted cash',
      tag: 'tills',
      permission: 'sell',
      command: true,
      params: Type.Object({ shiftId: Type.String({ maxLength: 60 }) }),
      body: Type.Object({ countedMinor: amount }, { additionalProperties: false }),
      response: ShiftView,
      handle: (context) => closeShift(context, plugins, context.params.shiftId, context.body.countedMinor),
    }),
  ];
}

function screenRoutes(push: SalesServices['push']): readonly Route[] {
  const displays = new Map<string, DisplayState>();
  const idle: DisplayState = {
    mode: 'idle',
    lines: [],
    subtotalMinor: 0,
    savingsMinor: 0,
    roundingMinor: 0,
    totalMinor: 0,
  };
  return [
    route({
      method: 'GET',
      path: '/tills/:tillId/events',
      summary: 'Server-sent events of a till: payment, display',
      tag: 'tills',
      permission: 'sell',
      params: tillParams,
      handle: async ({ db, staff, params }) => {
        await ownTill(db, staff, params.tillId);
        return undefined;
      },
      stream: ({ params }, send) => {
        send('display', displays.get(params.tillId) ?? idle);
        return push.subscribe(params.tillId, send);
      },
    }),
    route({
      method: 'GET',
      path: '/tills/:tillId/display',
      summary: "What the customer's screen shows",
      tag: 'tills',
      permission: 'sell',
      params: tillParams,
      response: DisplayState,
      handle: async ({ db, staff, params }) => {
        await ownTill(db, staff, params.tillId);
        return displays.get(params.tillId) ?? idle;
      },
    }),
    route({
      method: 'PUT',
      path: '/tills/:tillId/display',
      summary: "Change what the customer's screen shows",
      tag: 'tills',
      permission: 'sell',
      status: 204,
      params: tillParams,
      body: DisplayState,
      handle: async ({ db, staff, params, body }) => {
        await ownTill(db, staff, params.tillId);
        displays.set(params.tillId, body);
        push.publish(params.tillId, 'display', body);
        return undefined;
      },
    }),
  ];
}
