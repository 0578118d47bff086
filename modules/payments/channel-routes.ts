import { Fault } from '@zhanggui/base';
import { type Static, Type } from 'typebox';
import type { StaffIdentity } from '../access/api.ts';
import { appendAudit } from '../access/audit.ts';
import { type RequestContext, type Route, route } from '../http.ts';
import type { ChannelAccount } from '../merchants/api.ts';
import type { Contracts } from '../merchants/contracts.ts';
import { channelAccounts, keepTest } from '../merchants/store.ts';
import { changeOf, isComplete, isSecret } from './channel-account.ts';
import { methodOf, type Payments } from './context.ts';
import type { ChannelDescription, ChannelSetting, ChannelTest, MethodPlugin } from './method.ts';

const text = Type.String();
const nullableText = Type.Union([text, Type.Null()]);
const bilingual = Type.Object({ zh: text, en: text });
const TestView = Type.Object({
  at: text,
  outcome: Type.Union([
    Type.Literal('passed'),
    Type.Literal('key-unusable'),
    Type.Literal('unreachable'),
    Type.Literal('answer-not-believed'),
    Type.Literal('refused'),
    Type.Literal('incomplete'),
  ]),
  detail: Type.String({ description: "the channel's own code, or the cause in a word" }),
});

/** One value of a channel's account. */
const ChannelSettingView = Type.Object({
  name: text,
  title: bilingual,
  hint: Type.Union([bilingual, Type.Null()]),
  kind: Type.Union([
    Type.Literal('text'),
    Type.Literal('url'),
    Type.Literal('pem'),
    Type.Literal('secret'),
    Type.Literal('secret-pem'),
  ]),
  required: Type.Boolean(),
  each: Type.Union([bilingual, Type.Null()], {
    description: 'what follows the name and a dot, where there are several',
  }),
  values: Type.Array(
    Type.Object({
      name: text,
      value: Type.Union([text, Type.Null()], { description: 'null for a secret, which nobody is shown again' }),
      setAt: nullableText,
    }),
  ),
});
export type ChannelSettingView = Static<typeof ChannelSettingView>;

/** The merchant's account with a channel. */
export const ChannelView = Type.Object({
  method: text,
  title: bilingual,
  complete: Type.Boolean({ description: 'whether everything is there that is required' }),
  settings: Type.Array(ChannelSettingView),
  notificationPath: Type.String({ description: 'where the channel sends its notifications' }),
  changedAt: nullableText,
  changedBy: nullableText,
  test: Type.Union([TestView, Type.Null()]),
});
export type ChannelView = Static<typeof ChannelView>;

const ofChannel = Type.Object({ methodId: Type.String({ maxLength: 40 }) });

/** The merchant's accounts with channels: looking at them, changing them, trying them. Secrets only go in. `simulated` where the channels are on this machine. */
export function channelRoutes(payments: Payments, contracts: Contracts, simulated: boolean): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/channels',
      summary: "The merchant's accounts with channels, without their secrets",
      tag: 'channels',
      permission: 'channels',
      response: Type.Object({ channels: Type.Array(ChannelView) }),
      handle: async ({ db, staff }) => {
        const accounts = await channelAccounts(db, staff.merchantId);
        const agreed = payments.methods.flatMap(({ plugin }) => {
          const account = accounts.find(({ methodId }) => methodId === plugin.id);
          return account === undefined || plugin.channel === undefined
            ? []
            : [viewOf(plugin, plugin.channel, account, staff)];
        });
        return { channels: agreed };
      },
    }),
    route({
      method: 'PUT',
      path: '/channels/:methodId',
      summary: 'Change an account: what is not named stays, an empty value takes away',
      tag: 'channels',
      permission: 'channels',
      params: ofChannel,
      body: Type.Object(
        { values: Type.Record(Type.String({ maxLength: 120 }), Type.String({ maxLength: 50_000 })) },
        { additionalProperties: false },
      ),
      response: ChannelView,
      handle: (context) => change(payments, contracts, context, simulated),
    }),
    route({
      method: 'POST',
      path: '/channels/:methodId/test',
      summary: 'Try the account: ask the channel something that changes nothing',
      tag: 'channels',
      permission: 'channels',
      params: ofChannel,
      response: TestView,
      handle: async ({ db, clock, staff, params }) => {
        const { plugin, testChannel } = methodOf(payments, params.methodId);
        if (testChannel === undefined) throw new Fault('not-found');
        await accountOf({ db, staff }, plugin);
        const tested = await tried(async () => testChannel(await contracts.channelConfig(staff.merchantId, plugin.id)));
        const at = clock.now();
        await keepTest(db, staff.merchantId, plugin.id, { at, ...tested });
        return { at: new Date(at).toISOString(), ...tested };
      },
    }),
  ];
}

type ChangeContext = Pick<
  RequestContext<Static<typeof ofChannel>, undefined, { values: Record<string, string> }>,
  'db' | 'clock' | 'staff' | 'peer' | 'params' | 'body'
>;

async function change(
  payments: Payments,
  contracts: Contracts,
  context: ChangeContext,
  simulated: boolean,
): Promise<ChannelView> {
  const { db, clock, staff, peer, params, body } = context;
  const { plugin } = methodOf(payments, params.methodId);
  const { channel } = plugin;
  if (channel === undefined) throw new Fault('not-found');
  const wanted = changeOf(channel.settings, await accountOf(context, plugin), body.values, simulated);
  const by = { merchantId: staff.merchantId, methodId: plugin.id, staffId: staff.id };
  await contracts.changeAccount(wanted, by, (tx, before, after) =>
    appendAudit(tx, {
      at: clock.now(),
      actor: staff.id,
      role: staff.role,
      action: 'channel-changed',
      subject: `${staff.merchantId}/${plugin.id}`,
      before: JSON.stringify([before.settings, before.secretsSet]),
      after: JSON.stringify([after.settings, after.secretsSet]),
      reason: '',
      address: peer,
      detail: [...Object.keys(wanted.settings), ...Object.keys(wanted.secrets)].sort().join(' '),
    }),
  );
  return viewOf(plugin, channel, await accountOf({ db, staff }, plugin), staff);
}

/** @throws Fault `method-not-agreed`. */
async function accountOf(
  { db, staff }: Pick<ChangeContext, 'db' | 'staff'>,
  { id }: MethodPlugin,
): Promise<ChannelAccount> {
  const account = (await channelAccounts(db, staff.merchantId)).find(({ methodId }) => methodId === id);
  if (account === undefined) throw new Fault('method-not-agreed', { params: { method: id } });
  return account;
}

type Tested = Omit<Static<typeof TestView>, 'at'>;

/** An account that cannot even be read is a result, too. */
async function tried(test: () => Promise<ChannelTest>): Promise<Tested> {
  try {
    return await test();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'channel-not-configured') throw error;
    return { outcome: 'incomplete', detail: String(error.params?.setting ?? '') };
  }
}

function viewOf(
  { id, title }: MethodPlugin,
  { settings }: ChannelDescription,
  account: ChannelAccount,
  staff: StaffIdentity,
): ChannelView {
  const { changedAt, changedBy, test } = account;
  return {
    method: id,
    title: { ...title },
    complete: isComplete(settings, account),
    settings: settings.map((setting) => settingView(setting, account)),
    notificationPath: `/api/v1/notifications/${id}/${staff.merchantId}`,
    changedAt: instantOrNull(changedAt),
    changedBy,
    test:
      test === null
        ? null
        : { at: new Date(test.at).toISOString(), outcome: test.outcome as Tested['outcome'], detail: test.detail },
  };
}

function settingView(
  setting: ChannelSetting,
  { settings, secretsSet }: Pick<ChannelAccount, 'settings' | 'secretsSet'>,
): ChannelSettingView {
  const { name, title, hint, kind, required, each } = setting;
  const fits = (key: string): boolean => (each === undefined ? key === name : key.startsWith(`${name}.`));
  const values = isSecret(setting)
    ? Object.entries(secretsSet).map(([key, at]) => ({ name: key, value: null, setAt: instantOrNull(at) }))
    : Object.entries(settings).map(([key, value]) => ({ name: key, value, setAt: null }));
  return {
    name,
    title: { ...title },
    hint: hint === undefined ? null : { ...hint },
    kind,
    required,
    each: each === undefined ? null : { ...each },
    values: values.filter((one) => fits(one.name)),
  };
}

function instantOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
