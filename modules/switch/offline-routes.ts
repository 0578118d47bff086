import { Fault } from '@zhanggui/base';
import { Type } from 'typebox';
import { appendAudit } from '../access/audit.ts';
import { type RequestContext, type Route, route } from '../http.ts';
import { checkTill, type SwitchRouting } from './routing.ts';

const tillParams = Type.Object({ tillId: Type.String({ maxLength: 64 }) });
const amount = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const OfflineLimitsView = Type.Object({
  allowed: Type.Boolean(),
  perPaymentMinor: Type.Integer(),
  totalMinor: Type.Integer(),
  usedMinor: Type.Integer({ description: 'approved and not yet with the acquirer: at the merchant’s risk' }),
  usedCount: Type.Integer({ description: 'how many payments that is' }),
  mostCount: Type.Union([Type.Integer(), Type.Null()], { description: 'how many the acquirer lets wait at most' }),
});

/** What a till may approve without its acquirer: looking at it, and changing it. */
export function offlineRoutes(routing: SwitchRouting): readonly Route[] {
  const path = '/tills/:tillId/terminal/offline-limits';
  const shared = {
    path,
    tag: 'acquirers',
    permission: 'console',
    params: tillParams,
    response: OfflineLimitsView,
  } as const;
  return [
    route({
      ...shared,
      method: 'GET',
      summary: 'What the till may approve without its acquirer, and how much of it is at risk now',
      handle: async ({ params, staff }) => {
        await checkTill(routing, staff, params.tillId);
        return routing.exchange.offlineLimits(params.tillId);
      },
    }),
    route({
      ...shared,
      method: 'PUT',
      permission: 'channels',
      summary: 'Sets what the till may approve without its acquirer; a payment limit of zero allows nothing',
      body: Type.Object({ perPaymentMinor: amount, totalMinor: amount }, { additionalProperties: false }),
      handle: async (context) => {
        const { tillId } = context.params;
        await checkTill(routing, context.staff, tillId);
        await changeLimits(routing, context);
        return routing.exchange.offlineLimits(tillId);
      },
    }),
  ];
}

type LimitsContext = Pick<
  RequestContext<{ tillId: string }, undefined, { perPaymentMinor: number; totalMinor: number }>,
  'clock' | 'staff' | 'peer' | 'params' | 'body'
>;

/** What a merchant may lose is changed by somebody: the audit log says by whom. */
async function changeLimits({ terminals, offline }: SwitchRouting, context: LimitsContext): Promise<void> {
  const { clock, staff, peer, params, body } = context;
  const terminal = await terminals.terminalOfTill(params.tillId);
  if (terminal === null) throw new Fault('terminal-not-provisioned', { params: { tillId: params.tillId } });
  const limits = `${body.perPaymentMinor} ${body.totalMinor}`;
  await offline.setLimits(terminal, body.perPaymentMinor, body.totalMinor, (tx, before) =>
    appendAudit(tx, {
      at: clock.now(),
      actor: staff.id,
      role: staff.role,
      action: 'offline-limits-changed',
      subject: params.tillId,
      before: before === null ? null : `${before.perPaymentMinor} ${before.totalMinor}`,
      after: limits,
      reason: '',
      address: peer,
      detail: limits,
    }),
  );
}
