import type { KeyRequestView } from '@zhanggui/modules/keys/api.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { useState } from 'react';
import { inLanguage, useSession } from '../../queries.ts';
import { Reading, Trouble } from '../trouble.tsx';
import { ComponentDialog } from './component-dialog.tsx';
import { useApprove, useKeyRequests } from './keys-queries.ts';
import { RefuseDialog } from './refuse-dialog.tsx';
import { useKeysText } from './texts.ts';
import { problemWords, STATE_TONES, troubleWords } from './words.ts';

/** What takes two people, newest first, each with what may be done about it now. */
export function RequestList() {
  const t = useKeysText();
  const { data, error, refetch } = useKeyRequests();
  return (
    <>
      <p className="keys-rule">
        <Icon name="user" />
        {t('twoPeople')}
      </p>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.requests.length === 0 && (
        <EmptyState icon="lock" title={t('noRequests')}>
          {t('noRequestsHint')}
        </EmptyState>
      )}
      <div className="requests">
        {data?.requests.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </div>
    </>
  );
}

function Request({ request }: { readonly request: KeyRequestView }) {
  const t = useKeysText();
  const language = useLanguage();
  const { kind, keyName, state, makerName, checkerName, createdAt, expiresAt, decidedAt, reason } = request;
  const isOpen = state === 'collecting' || state === 'waiting';
  const algorithm = request.algorithm === null ? '' : ` · ${request.algorithm} ${request.bits}`;
  return (
    <article className="box request" data-testid="key-request" data-state={state}>
      <header>
        <div>
          <small className="request-kind">
            {t(`kind_${kind}`)}
            {algorithm}
          </small>
          <h2>
            <code>{keyName}</code>
          </h2>
        </div>
        <Chip tone={STATE_TONES[state]} dot>
          {t(`state_${state}`)}
        </Chip>
      </header>
      <p>{reason}</p>
      {request.under && <p>{t('under', { name: request.under })}</p>}
      {request.componentCount > 0 && <Components request={request} />}
      {request.problem && (
        <StateBar tone="failed" icon="alert">
          {t('problem_is', { problem: problemWords(t, request.problem) })}
        </StateBar>
      )}
      {request.block && (
        <div className="request-block">
          <small>{t('exportedBlock')}</small>
          <code data-testid="exported-block">{request.block}</code>
        </div>
      )}
      <footer className="num">
        <span>
          {t('askedBy', { name: inLanguage(makerName, language) })} · {dateAndTime(createdAt)}
        </span>
        {checkerName && decidedAt && (
          <span>
            {t('decidedBy', { name: inLanguage(checkerName, language) })} · {dateAndTime(decidedAt)}
          </span>
        )}
        {isOpen && <span>{t('until', { time: dateAndTime(expiresAt) })}</span>}
      </footer>
      {state !== 'executing' && !isOpen ? null : <Actions request={request} />}
    </article>
  );
}

function Components({ request }: { readonly request: KeyRequestView }) {
  const t = useKeysText();
  const language = useLanguage();
  const numbers = Array.from({ length: request.componentCount }, (_, index) => index + 1);
  return (
    <ol className="components">
      {numbers.map((number) => {
        const entered = request.components.find((component) => component.number === number);
        return (
          <li key={number} className={entered ? 'is-entered' : ''}>
            <span>{t('componentOf', { number })}</span>
            <code>{entered?.checkValue ?? '······'}</code>
            <small>{entered ? inLanguage(entered.custodianName, language) : t('componentMissing')}</small>
          </li>
        );
      })}
      <li className={`is-whole ${request.checkValue ? 'is-entered' : ''}`}>
        <span>{t('wholeKey')}</span>
        <code data-testid="whole-check-value">{request.checkValue ?? '······'}</code>
        <small>{t('checkValue')}</small>
      </li>
    </ol>
  );
}

function Actions({ request }: { readonly request: KeyRequestView }) {
  const t = useKeysText();
  const { staff } = useSession();
  // The number of the component that is being brought stays, although the request soon asks for the next one.
  const [bringing, setBringing] = useState<number>();
  const [refusing, setRefusing] = useState(false);
  const approve = useApprove(request.id);
  const mine = request.maker === staff.id;
  const brought = request.components.some(({ custodian }) => custodian === staff.id);
  const numbers = Array.from({ length: request.componentCount }, (_, index) => index + 1);
  const next = numbers.find((number) => !request.components.some((component) => component.number === number));
  const mayApprove = request.state !== 'collecting' && !mine;
  return (
    <div className="request-actions">
      {approve.error && (
        <StateBar tone="failed" icon="alert" role="alert">
          {troubleWords(t, approve.error)}
        </StateBar>
      )}
      {request.state === 'collecting' && next !== undefined && !brought && (
        <Button kind="primary" icon="pen" onClick={() => setBringing(next)} data-testid="bring-component">
          {t('bringComponent', { number: next })}
        </Button>
      )}
      {mayApprove && (
        <Button
          kind="primary"
          icon="check"
          busy={approve.isPending}
          onClick={() => approve.mutate()}
          data-testid="approve"
        >
          {t('approve')}
        </Button>
      )}
      {request.state !== 'executing' && (
        <Button onClick={() => setRefusing(true)} data-testid="refuse">
          {t(mine ? 'withdraw' : 'refuse')}
        </Button>
      )}
      {mine && request.state === 'waiting' && <span className="request-wait">{t('mineWaits')}</span>}
      {bringing !== undefined && (
        <ComponentDialog request={request} number={bringing} onClose={() => setBringing(undefined)} />
      )}
      {refusing && <RefuseDialog request={request} onClose={() => setRefusing(false)} />}
    </div>
  );
}
