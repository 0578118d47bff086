import { type Clock, type Db, Fault } from '@zhanggui/base';
import { appendAudit } from '../../access/audit.ts';
import { changeMasterKey, type MasterKeyMilestone } from '../rotate-master.ts';
import type { KeyStore } from '../store.ts';
import {
  destroyPreviousMasterKey,
  type MasterKey,
  type MasterKeyPlace,
  masterKeysAt,
  promoteNextMasterKey,
  writeNextMasterKey,
} from './master-key.ts';
import { SoftRing, wrapperOf } from './soft-ring.ts';

/** What a change of the software vault's master key needs. */
export interface RotationEnvironment {
  readonly db: Db;
  readonly store: KeyStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly place: MasterKeyPlace;
  /** Who changes it, for the audit log. */
  readonly actor: string;
  readonly reason: string;
  milestone?(name: MasterKeyMilestone): void;
}

/** What a change came to. */
export interface RotationResult {
  readonly from: string;
  readonly to: string;
  readonly rewrapped: number;
}

/**
 * Changes the master key, or takes up a change that was killed. A key in a file gets a random successor beside it. A key
 * from the environment is given with its successor: the new one as the key, the old one as the earlier key.
 * @throws Fault `master-key-refused`, with reason `no-successor` when the environment names no earlier key.
 */
export async function rotateMasterKey(environment: RotationEnvironment): Promise<RotationResult> {
  const { db, store, clock, place, actor, reason, milestone } = environment;
  const inFile = place.text === undefined;
  const { from, to } = await succession(place);
  const wrappers = new Map([from, to].map(({ id, bytes }) => [id, wrapperOf(bytes)] as const));
  const rewrapped = await changeMasterKey({
    store,
    from: from.id,
    to: {
      id: to.id,
      rewrap({ name, usage, block }, holder) {
        const opened = wrappers.get(holder)?.unwrap(name, usage, block);
        const target = wrappers.get(to.id);
        if (opened === undefined || target === undefined) throw refused('not-the-keys-own');
        return target.wrap(name, usage, opened.key, opened.exportable);
      },
    },
    keepDerived: () => ringOf(from, to, store).keepEarlierSecretsKey(),
    promote: () => (inFile ? promoteNextMasterKey(place.file) : Promise.resolve()),
    record: (count) =>
      appendAudit(db, {
        at: clock.now(),
        actor,
        role: 'operator',
        action: 'master-key-changed',
        subject: `${from.id} ${to.id}`,
        before: from.id,
        after: to.id,
        reason,
        address: '',
        detail: `${count} keys`,
      }),
    destroyOld: () => (inFile ? destroyPreviousMasterKey(place.file) : Promise.resolve()),
    ...(milestone === undefined ? {} : { milestone }),
  });
  return { from: from.id, to: to.id, rewrapped };
}

function ringOf(from: MasterKey, to: MasterKey, store: KeyStore): SoftRing {
  return new SoftRing({ load: async () => ({ current: from, others: [to], successor: to }) }, store);
}

/** Which key gives way to which; a key in a file gets its successor here, unless an earlier run has left one. */
async function succession(place: MasterKeyPlace): Promise<{ from: MasterKey; to: MasterKey }> {
  const source = masterKeysAt(place);
  let keys = await source.load();
  if (place.text === undefined && keys.others.length === 0) {
    await writeNextMasterKey(place.file, place.mode);
    keys = await source.load();
  }
  const { current, others, successor } = keys;
  if (successor !== null) return { from: current, to: successor };
  const [earlier] = others;
  if (earlier === undefined) throw refused('no-successor');
  return { from: earlier, to: current };
}

function refused(reason: string): Fault {
  return new Fault('master-key-refused', { params: { reason } });
}
