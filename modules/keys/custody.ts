import { assert, type Clock, type Db, Fault, fromHex, type Queryable, type Rng, uuidv7 } from '@zhanggui/base';
import { appendAudit } from '../access/audit.ts';
import type { KeyRequestView, NewKeyRequest } from './api.ts';
import { isPlatformOwn } from './hierarchy.ts';
import {
  addComponent,
  decideRequest,
  expireRequests,
  forgetComponents,
  insertRequest,
  type KeyRequest,
  lockRequest,
  moveRequest,
  newestRequests,
  type PersonName,
  type RequestResult,
  requestById,
} from './request-store.ts';
import type { ComponentKey, KeyVault } from './vault.ts';

/** How long a request waits for its components and its second person. */
const LIFETIME_MS = 86_400_000;

/** What dual control stands on. */
export interface Custody {
  readonly db: Db;
  readonly vault: KeyVault;
  readonly clock: Pick<Clock, 'now'>;
}

/** The person who asks, brings a component or decides. */
export interface Custodian {
  readonly id: string;
  readonly role: string;
  readonly name: PersonName;
  readonly address: string;
}

/**
 * Writes a request; nothing happens to a key before another person approves it.
 * @throws Fault `key-unknown` when it is about a key that is not there, `key-refused` when it is about the platform's own.
 */
export async function makeRequest(
  custody: Custody,
  tx: Queryable,
  details: NewKeyRequest,
  maker: Custodian,
  rng: Rng,
): Promise<KeyRequestView> {
  const { vault, clock } = custody;
  if (isPlatformOwn(details.keyName)) throw new Fault('key-refused', { params: { name: details.keyName } });
  const needed =
    details.kind === 'ceremony' ? [] : [details.keyName, ...(details.kind === 'export' ? [details.under] : [])];
  for (const name of needed)
    if ((await vault.checkValueOf(name)) === null) throw new Fault('key-unknown', { params: { name } });
  const now = clock.now();
  const request: KeyRequest = {
    id: `krq_${uuidv7(now, rng.bytes(10))}`,
    details,
    state: details.kind === 'ceremony' ? 'collecting' : 'waiting',
    maker: maker.id,
    makerName: maker.name,
    checker: null,
    checkerName: null,
    createdAt: new Date(now),
    expiresAt: new Date(now + LIFETIME_MS),
    decidedAt: null,
    result: {},
    components: [],
  };
  await insertRequest(tx, request);
  await note(tx, custody, 'key-request-made', request, maker);
  return viewFor(request, maker.id);
}

/**
 * Takes a person's component, in hexadecimal, and shows its check value. The last one shows the check value of the whole
 * key. The same component once more changes nothing.
 * @throws Fault `key-request-closed`, `key-component-taken`, `key-two-people` when this person has brought one already, or
 * `key-refused`.
 */
export async function enterComponent(
  custody: Custody,
  id: string,
  number: number,
  component: string,
  custodian: Custodian,
): Promise<KeyRequestView> {
  const { db, vault, clock } = custody;
  const { details } = await current(custody, id);
  const closed = (): Fault => new Fault('key-request-closed');
  if (details.kind !== 'ceremony' || number > details.components) throw closed();
  if (component.length * 4 !== details.bits) throw new Fault('key-refused', { params: { name: details.keyName } });
  const purpose = purposeOf(id, number);
  const { sealed, checkValue } = await vault.sealComponent(purpose, {
    algorithm: details.algorithm,
    bytes: fromHex(component),
  });
  await db.transaction(async (tx) => {
    const request = await lockRequest(tx, id);
    assert(request !== undefined, 'the request was read before');
    const there = request.components.find((entered) => entered.number === number);
    if (there?.custodian === custodian.id && there.check_value === checkValue) return;
    if (request.state !== 'collecting') throw closed();
    if (there !== undefined) throw new Fault('key-component-taken');
    if (request.components.some((entered) => entered.custodian === custodian.id)) throw new Fault('key-two-people');
    await addComponent(tx, id, {
      number,
      custodian: custodian.id,
      custodian_name: custodian.name,
      sealed,
      check_value: checkValue,
      entered_at: clock.now(),
    });
    await note(tx, custody, 'key-component-entered', request, custodian, `${number} ${checkValue}`);
  });
  await combineWhenComplete(custody, id);
  return viewFor(await current(custody, id), custodian.id);
}

/**
 * The second person agrees, and it is done. Approved again by the same person it only says what came of it.
 * @throws Fault `key-two-people` when it is the one who asked, `key-request-closed`, or what the vault says.
 */
export async function approve(custody: Custody, id: string, checker: Custodian): Promise<KeyRequestView> {
  const { db, clock } = custody;
  await current(custody, id);
  const approved = await db.transaction(async (tx) => {
    const request = await lockRequest(tx, id);
    assert(request !== undefined, 'the request was read before');
    const again = request.checker === checker.id && request.state !== 'refused';
    if (again) return request;
    if (request.maker === checker.id) return null;
    // Whoever finds a decision half carried out, after a crash, carries it out in the name of the one who decided.
    if (request.state === 'executing') return request;
    if (request.state !== 'waiting') throw new Fault('key-request-closed');
    await decideRequest(tx, request, 'executing', { ...checker, at: clock.now() });
    await note(tx, custody, 'key-request-approved', request, checker);
    return { ...request, state: 'executing' as const, checker: checker.id };
  });
  if (approved === null) return refuseOwn(custody, id, checker);
  if (approved.state === 'executing') await execute(custody, approved, checker);
  return viewFor(await current(custody, id), checker.id);
}

/** Somebody with the permission says no, the one who asked included; nothing happens to the key. */
export async function refuse(custody: Custody, id: string, reason: string, by: Custodian): Promise<KeyRequestView> {
  const { db, clock } = custody;
  await current(custody, id);
  await db.transaction(async (tx) => {
    const request = await lockRequest(tx, id);
    assert(request !== undefined, 'the request was read before');
    if (request.state === 'refused') return;
    if (request.state !== 'collecting' && request.state !== 'waiting') throw new Fault('key-request-closed');
    if (by.id === request.maker) await moveRequest(tx, id, 'refused', {});
    else await decideRequest(tx, request, 'refused', { ...by, at: clock.now() });
    await forgetComponents(tx, [id]);
    await note(tx, custody, 'key-request-refused', request, by, reason);
  });
  return viewFor(await current(custody, id), by.id);
}

/** The newest requests; those whose time is over are ended first. */
export async function requests(custody: Custody, reader: string): Promise<readonly KeyRequestView[]> {
  await expire(custody);
  return (await newestRequests(custody.db)).map((request) => viewFor(request, reader));
}

async function execute(custody: Custody, request: KeyRequest, checker: Custodian): Promise<void> {
  const result = await carryOut(custody, request, checker);
  await custody.db.transaction(async (tx) => {
    const now = await lockRequest(tx, request.id);
    if (now?.state !== 'executing') return;
    await moveRequest(tx, request.id, result.problem === undefined ? 'done' : 'failed', result);
    await forgetComponents(tx, [request.id]);
  });
}

/** Each of the three may be done twice after a crash and comes to the same. */
async function carryOut({ vault }: Custody, request: KeyRequest, checker: Custodian): Promise<RequestResult> {
  const { details } = request;
  const { keyName, reason } = details;
  const by = { id: `${request.maker} ${request.checker}`, role: checker.role, reason, address: checker.address };
  try {
    switch (details.kind) {
      case 'ceremony':
        return await vault.importComponents(keyName, componentKey(request), by);
      case 'export':
        return { block: await vault.exportKeyBlock(keyName, details.under, by) };
      case 'destruction':
        await vault.deleteKey(keyName, by);
        return {};
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { problem: error.code };
  }
}

async function combineWhenComplete(custody: Custody, id: string): Promise<void> {
  const request = await current(custody, id);
  const { details, components, state } = request;
  if (details.kind !== 'ceremony' || state !== 'collecting' || components.length < details.components) return;
  const checkValue = await custody.vault.checkValueOfComponents(componentKey(request)).catch((error: unknown) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  await custody.db.transaction(async (tx) => {
    const now = await lockRequest(tx, id);
    if (now?.state !== 'collecting') return;
    if (typeof checkValue === 'string') return moveRequest(tx, id, 'waiting', { checkValue });
    await moveRequest(tx, id, 'failed', { problem: checkValue.code });
    await forgetComponents(tx, [id]);
  });
}

function componentKey({ id, details, components }: KeyRequest): ComponentKey {
  assert(details.kind === 'ceremony', 'components belong to a ceremony');
  const { algorithm, usage, exportable, parent, checkValue } = details;
  return {
    algorithm,
    usage,
    exportable,
    ...(parent === undefined ? {} : { parent }),
    ...(checkValue === undefined ? {} : { checkValue }),
    components: components.map(({ number, sealed }) => ({ purpose: purposeOf(id, number), sealed: sealed ?? '' })),
  };
}

async function refuseOwn(custody: Custody, id: string, maker: Custodian): Promise<never> {
  const request = await current(custody, id);
  await note(custody.db, custody, 'key-approval-by-maker', request, maker);
  throw new Fault('key-two-people');
}

async function current(custody: Custody, id: string): Promise<KeyRequest> {
  await expire(custody);
  const request = await requestById(custody.db, id);
  if (request === undefined) throw new Fault('not-found');
  return request;
}

async function expire(custody: Custody): Promise<void> {
  await custody.db.transaction(async (tx) => {
    const expired = await expireRequests(tx, custody.clock.now());
    await forgetComponents(
      tx,
      expired.map(({ id }) => id),
    );
    for (const request of expired) await note(tx, custody, 'key-request-expired', request, PLATFORM);
  });
}

const PLATFORM: Custodian = { id: 'platform', role: 'platform', name: { zh: '', en: '' }, address: '' };

async function note(
  db: Queryable,
  { clock }: Custody,
  action: string,
  { id, details }: KeyRequest,
  { id: actor, role, address }: Custodian,
  detail = '',
): Promise<void> {
  await appendAudit(db, {
    at: clock.now(),
    actor,
    role,
    action,
    subject: details.keyName,
    before: null,
    after: null,
    reason: details.reason,
    address,
    detail: [details.kind, id, detail].filter((part) => part !== '').join(' '),
  });
}

function purposeOf(id: string, number: number): string {
  return `key-ceremony/${id}/${number}`;
}

function viewFor(request: KeyRequest, reader: string): KeyRequestView {
  const { details, result } = request;
  const ceremony = details.kind === 'ceremony' ? details : null;
  const concerned = reader === request.maker || reader === request.checker;
  return {
    id: request.id,
    kind: details.kind,
    keyName: details.keyName,
    state: request.state,
    reason: details.reason,
    maker: request.maker,
    makerName: request.makerName,
    checkerName: request.checkerName,
    createdAt: request.createdAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    decidedAt: request.decidedAt?.toISOString() ?? null,
    algorithm: ceremony?.algorithm ?? null,
    usage: ceremony?.usage ?? null,
    bits: ceremony?.bits ?? null,
    under: details.kind === 'export' ? details.under : null,
    componentCount: ceremony?.components ?? 0,
    components: request.components.map(({ number, custodian, custodian_name, check_value, entered_at }) => ({
      number,
      custodian,
      custodianName: custodian_name,
      checkValue: check_value,
      enteredAt: entered_at.toISOString(),
    })),
    checkValue: result.checkValue ?? null,
    block: concerned ? (result.block ?? null) : null,
    problem: result.problem ?? null,
  };
}
