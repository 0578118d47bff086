import type { KeyListView, KeyView } from '@zhanggui/modules/keys/api.ts';
import { Badge } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useState } from 'react';
import { Reading, Trouble } from '../trouble.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { type KeyForest, type KeyNode, keyForests } from './key-forests.ts';
import { useKeys } from './keys-queries.ts';
import { useKeysText } from './texts.ts';
import { DUE_TONES, usageWords } from './words.ts';

/** The vault in three figures, and below them every key as a tree; a press on a key opens what is known of it. */
export function KeyTree({ onAsked }: { readonly onAsked: () => void }) {
  const t = useKeysText();
  const { data, error, refetch } = useKeys();
  const [chosen, setChosen] = useState<string>();
  const key = data?.keys.find(({ name }) => name === chosen);
  return (
    <>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data && <Figures list={data} />}
      {data?.keys.length === 0 && (
        <EmptyState icon="lock" title={t('noKeys')}>
          {t('noKeysHint')}
        </EmptyState>
      )}
      {data && keyForests(data.keys).map((forest) => <Forest key={forest.level} forest={forest} onOpen={setChosen} />)}
      {key && data && <KeyDialog view={key} keys={data.keys} onClose={() => setChosen(undefined)} onAsked={onAsked} />}
    </>
  );
}

function Figures({ list: { holder, keys } }: { readonly list: KeyListView }) {
  const t = useKeysText();
  const count = (due: KeyView['due']) => keys.filter((key) => key.due === due).length;
  const over = count('over');
  const soon = count('soon');
  return (
    <section className="keys-figures num">
      <div className={`figure tone-${DUE_TONES[holder?.due ?? 'fresh']} ${holder?.due === 'fresh' ? '' : 'is-toned'}`}>
        <span>{t('masterKey')}</span>
        <b>
          <code>{holder?.id ?? '–'}</code>
        </b>
        <small>
          {holder === null ? t('noMaster') : t('ageOfPeriod', { age: holder.ageDays, period: holder.periodDays })}
        </small>
      </div>
      <div className="figure">
        <span>{t('keysKept')}</span>
        <b data-testid="keys-count">{keys.length}</b>
        <small>{t('keysKeptNote', { count: keys.filter(({ level }) => level === 'platform').length })}</small>
      </div>
      <div className={`figure tone-${over > 0 ? 'failed' : soon > 0 ? 'waiting' : 'paid'} is-toned`}>
        <span>{t('keysDue')}</span>
        <b data-testid="keys-due">{over}</b>
        <small className="keys-verdict">
          <Icon name={over + soon > 0 ? 'alert' : 'check'} size={18} />
          {soon > 0 ? t('soonCount', { count: soon }) : over === 0 ? t('nothingDue') : t('due_over')}
        </small>
      </div>
    </section>
  );
}

interface ForestProps {
  readonly forest: KeyForest;
  readonly onOpen: (name: string) => void;
}

function Forest({ forest: { level, trees }, onOpen }: ForestProps) {
  const t = useKeysText();
  return (
    <section className="box keys-forest">
      <h2>
        {t(`level_${level}`)}
        <small>{t(`levelNote_${level}`)}</small>
      </h2>
      <ul className="keys-branch">
        {trees.map((node) => (
          <Branch key={node.key.name} node={node} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}

interface BranchProps {
  readonly node: KeyNode;
  readonly onOpen: (name: string) => void;
}

function Branch({ node: { key, below }, onOpen }: BranchProps) {
  const t = useKeysText();
  const shown = key.parent === null ? key.name : shortName(key.name, key.parent);
  return (
    <li>
      <button type="button" className="keys-row" onClick={() => onOpen(key.name)} data-testid="key-row">
        <span className="keys-name">
          <strong>{shown}</strong>
          <small>
            {usageWords(t, key)} · {key.algorithm} {key.bits}
          </small>
        </span>
        <span className="keys-kcv">
          <span className="sr-only">{t('checkValue')} </span>
          <code>{key.checkValue}</code>
        </span>
        <span className="keys-age num">
          {t('days', { count: key.ageDays })}
          <small>v{key.version}</small>
        </span>
        <span className="keys-uses num">
          {key.lastUsedAt === null ? t('neverUsed') : t('usesTimes', { count: key.usesInDay })}
          {key.lastUsedAt !== null && <small>{dateAndTime(key.lastUsedAt).slice(5)}</small>}
        </span>
        <span className="keys-due">
          <Badge tone={DUE_TONES[key.due]}>{t(`due_${key.due}`)}</Badge>
        </span>
      </button>
      {below.length > 0 && (
        <ul className="keys-branch">
          {below.map((child) => (
            <Branch key={child.key.name} node={child} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** `mac` for `terminal/bank/1/mac` below `terminal/bank/1/tmk`: what the two names share is said above. */
function shortName(name: string, parent: string): string {
  const shared = parent.slice(0, parent.lastIndexOf('/') + 1);
  return shared !== '' && name.startsWith(shared) ? name.slice(shared.length) : name;
}
