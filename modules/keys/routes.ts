import { Type } from 'typebox';
import type { StaffIdentity } from '../access/api.ts';
import { AuditPage, auditPage } from '../access/audit.ts';
import { once } from '../access/once.ts';
import { type Route, route } from '../http.ts';
import { KeyListView, KeyRequestView, KeyVersionView, NewKeyRequest } from './api.ts';
import { approve, type Custodian, type Custody, enterComponent, makeRequest, refuse, requests } from './custody.ts';
import { keyList, keyVersions } from './inventory.ts';
import type { KeyVault } from './vault.ts';

const byId = Type.Object({ requestId: Type.String({ maxLength: 60 }) });

/** The actions of the audit log that are about keys. */
const KEY_ACTIONS = [
  'key-loaded',
  'working-keys-loaded',
  'key-exported',
  'key-destroyed',
  'key-load-failed',
  'key-export-failed',
  'key-use-failed',
  'key-request-made',
  'key-component-entered',
  'key-request-approved',
  'key-request-refused',
  'key-request-expired',
  'key-approval-by-maker',
  'master-key-changed',
];

/** The list of keys, what takes two people, and the audit log of keys. */
export function keyRoutes(vault: KeyVault): readonly Route[] {
  return [...readingRoutes, ...custodyRoutes(vault)];
}

const readingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/keys',
    summary: 'Every key with its check value, its place and its age; never a key',
    tag: 'keys',
    permission: 'keys',
    response: KeyListView,
    handle: ({ db, clock }) => keyList(db, clock.now()),
  }),
  route({
    method: 'GET',
    path: '/keys/versions',
    summary: 'The versions that a key has had',
    tag: 'keys',
    permission: 'keys',
    query: Type.Object({ name: Type.String({ maxLength: 120 }) }),
    response: Type.Object({ versions: Type.Array(KeyVersionView) }),
    handle: async ({ db, query }) => ({ versions: [...(await keyVersions(db, query.name))] }),
  }),
  route({
    method: 'GET',
    path: '/keys/audit',
    summary: 'The audit log of keys, newest first',
    tag: 'keys',
    permission: 'keys',
    query: Type.Object({ cursor: Type.Optional(Type.Integer({ minimum: 1 })) }),
    response: AuditPage,
    handle: ({ db, query }) => auditPage(db, KEY_ACTIONS, query.cursor),
  }),
];

function custodyRoutes(vault: KeyVault): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/keys/requests',
      summary: 'Ceremonies, exports and destructions, newest first',
      tag: 'keys',
      permission: 'keys',
      response: Type.Object({ requests: Type.Array(KeyRequestView) }),
      handle: async ({ db, clock, staff }) => ({ requests: [...(await requests({ db, vault, clock }, staff.id))] }),
    }),
    route({
      method: 'POST',
      path: '/keys/requests',
      summary: 'Ask for what takes two people: a ceremony, an export, a destruction',
      tag: 'keys',
      permission: 'keys',
      command: true,
      status: 201,
      body: NewKeyRequest,
      response: KeyRequestView,
      handle: (context) => {
        const { db, clock, body, rng, staff, peer } = context;
        const custody: Custody = { db, vault, clock };
        return once(context, (tx) => makeRequest(custody, tx, body, custodian(staff, peer), rng));
      },
    }),
    route({
      method: 'PUT',
      path: '/keys/requests/:requestId/components/:number',
      summary: 'Bring one component of a ceremony, in hexadecimal; each by another person',
      tag: 'keys',
      permission: 'keys',
      params: Type.Object({
        requestId: Type.String({ maxLength: 60 }),
        number: Type.Integer({ minimum: 1, maximum: 3 }),
      }),
      body: Type.Object(
        { component: Type.String({ pattern: '^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$' }) },
        { additionalProperties: false },
      ),
      response: KeyRequestView,
      handle: ({ db, clock, params, body, staff, peer }) =>
        enterComponent({ db, vault, clock }, params.requestId, params.number, body.component, custodian(staff, peer)),
    }),
    route({
      method: 'POST',
      path: '/keys/requests/:requestId/approval',
      summary: 'Approve as the second person; it is carried out at once, and repeating it changes nothing',
      tag: 'keys',
      permission: 'keys',
      params: byId,
      response: KeyRequestView,
      handle: ({ db, clock, params, staff, peer }) =>
        approve({ db, vault, clock }, params.requestId, custodian(staff, peer)),
    }),
    route({
      method: 'POST',
      path: '/keys/requests/:requestId/refusal',
      summary: 'Refuse or withdraw a request; repeating it changes nothing',
      tag: 'keys',
      permission: 'keys',
      params: byId,
      body: Type.Object({ reason: Type.String({ minLength: 4, maxLength: 200 }) }, { additionalProperties: false }),
      response: KeyRequestView,
      handle: ({ db, clock, params, body, staff, peer }) =>
        refuse({ db, vault, clock }, params.requestId, body.reason, custodian(staff, peer)),
    }),
  ];
}

function custodian({ id, role, name, nameEn }: StaffIdentity, address: string): Custodian {
  return { id, role, name: { zh: name, en: nameEn }, address };
}
