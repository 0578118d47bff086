import { Fault, type Queryable } from '@zhanggui/base';
import { Type } from 'typebox';
import { route, SessionReply } from '../http.ts';
import { merchantById, storeById } from '../merchants/store.ts';
import { PERMISSIONS, SessionView, type StaffIdentity } from './api.ts';
import { AuditPage, auditPage } from './audit.ts';
import { type Secrets, signIn } from './sign-in.ts';
import { deleteSession } from './store.ts';

/** A login of the demo shop, shown on the sign-in screen of a demo and nowhere else. */
export const DemoLogin = Type.Object({ username: Type.String(), password: Type.String(), role: Type.String() });

/** Signing in and out. `demoLogins` is empty unless this is a demo shop. */
export function accessRoutes(
  secrets: Secrets,
  demoLogins: readonly { username: string; password: string; role: string }[],
) {
  return [
    route({
      method: 'POST',
      path: '/sessions',
      summary: 'Sign in; the session is a cookie',
      tag: 'access',
      permission: 'public',
      status: 201,
      body: Type.Object(
        {
          username: Type.String({ minLength: 1, maxLength: 60 }),
          password: Type.String({ minLength: 1, maxLength: 200 }),
        },
        { additionalProperties: false },
      ),
      response: SessionView,
      handle: async ({ db, clock, rng, body, peer, program, sessionToken }) => {
        const { token, staff, expiresAt } = await signIn({ db, clock, rng, secrets }, body, { peer, program });
        // The cookie holds one session: the one before would live on where nobody can end it.
        if (sessionToken !== undefined) await deleteSession(db, secrets.digestToken(sessionToken));
        return new SessionReply(await viewOf(db, staff), { token, expiresAt });
      },
    }),
    route({
      method: 'GET',
      path: '/sessions/current',
      summary: 'Who is signed in',
      tag: 'access',
      permission: 'signed-in',
      response: SessionView,
      handle: ({ db, staff }) => viewOf(db, staff),
    }),
    route({
      method: 'DELETE',
      path: '/sessions/current',
      summary: 'Sign out',
      tag: 'access',
      permission: 'signed-in',
      status: 204,
      handle: async ({ db, sessionToken }) => {
        if (sessionToken !== undefined) await deleteSession(db, secrets.digestToken(sessionToken));
        return new SessionReply(undefined, null);
      },
    }),
    auditRoute,
    route({
      method: 'GET',
      path: '/demo',
      summary: 'Logins of the demo shop; not found outside a demo',
      tag: 'access',
      permission: 'public',
      response: Type.Object({ logins: Type.Array(DemoLogin) }),
      handle: async () => {
        if (demoLogins.length === 0) throw new Fault('not-found');
        return { logins: [...demoLogins] };
      },
    }),
  ];
}

const auditRoute = route({
  method: 'GET',
  path: '/audit',
  summary: 'The audit log, newest first: sign-ins, keys, channels, offline limits',
  tag: 'access',
  permission: 'operate',
  query: Type.Object({ cursor: Type.Optional(Type.Integer({ minimum: 1 })) }),
  response: AuditPage,
  handle: ({ db, query }) => auditPage(db, null, query.cursor),
});

async function viewOf(db: Queryable, staff: StaffIdentity): Promise<SessionView> {
  const merchant = await merchantById(db, staff.merchantId);
  const store = await storeById(db, staff.storeId);
  if (merchant === undefined || store === undefined) throw new Fault('not-signed-in');
  const { id, name, nameEn, username, role } = staff;
  return {
    staff: { id, name, nameEn, username, role },
    permissions: [...PERMISSIONS[role]],
    store: { id: store.id, name: store.name, nameEn: store.nameEn },
    merchant: { id: merchant.id, name: merchant.name, nameEn: merchant.nameEn, currency: merchant.currency },
  };
}
