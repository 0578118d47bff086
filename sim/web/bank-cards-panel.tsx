import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import {
  type AccountView,
  CARD_FAULT_KINDS,
  changeCard,
  type FaultKind,
  fetchCode,
  planCardFault,
  SCRIPTS,
  STANDINGS,
} from './bank-api.ts';
import { BankChoice } from './bank-choice.tsx';
import type { Act, PanelProps } from './bank-panel.ts';
import { useText } from './bank-texts.ts';

const FULL_TRIES = 3;

/** Every card with its account, its standing, its scripts, and what it always meets. */
export function BankCardsPanel({ view, act }: PanelProps) {
  const t = useText();
  return (
    <section className="bank-panel">
      <h2>{t('cards')}</h2>
      <ul className="bank-cards">
        {view.book.accounts.map((account) => (
          <CardItem
            key={account.cardId}
            account={account}
            fault={view.status.faults.cards[account.cardId]?.kind ?? null}
            act={act}
          />
        ))}
      </ul>
    </section>
  );
}

interface CardItemProps {
  readonly account: AccountView;
  readonly fault: FaultKind | null;
  readonly act: Act;
}

function CardItem({ account, fault, act }: CardItemProps) {
  const t = useText();
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const [code, setCode] = useState<string | null>(null);
  const { cardId, title, maskedPan, balanceMinor, heldMinor, standing, pinTriesLeft, scripts } = account;
  const withNone = <Value extends string>(none: string, values: readonly { value: Value; label: string }[]) => [
    { value: '' as const, label: none },
    ...values,
  ];
  return (
    <li>
      <div className="bank-card-head">
        <span>
          <b>{title[language]}</b>
          <span className="num">{maskedPan}</span>
        </span>
        <span className="bank-balance">
          <span>{t('balance')}</span>
          <Amount minor={balanceMinor} />
          {heldMinor > 0 && (
            <span>
              {t('held')} {formatMoney(heldMinor)}
            </span>
          )}
        </span>
      </div>
      <div className="bank-card-choices">
        <BankChoice
          label={t('fault')}
          value={fault ?? ''}
          options={withNone(
            t('none'),
            CARD_FAULT_KINDS.map((value) => ({ value, label: t(value) })),
          )}
          onChoose={(value) => act(planCardFault(value === '' ? null : value, cardId))}
        />
        <BankChoice
          label={t('standing')}
          value={standing}
          options={STANDINGS.map((value) => ({ value, label: t(value) }))}
          onChoose={(value) => act(changeCard(cardId, { standing: value }))}
        />
        <BankChoice
          label={t('script')}
          value={scripts[0] ?? ''}
          options={withNone(
            t('noScript'),
            SCRIPTS.map((value) => ({ value, label: t(value) })),
          )}
          onChoose={(value) => act(changeCard(cardId, { scripts: value === '' ? [] : [value] }))}
        />
      </div>
      <div className="bank-row">
        <Button kind="quiet" size="small" onClick={() => act(fetchCode(cardId).then(setCode))}>
          {t('showCode')}
        </Button>
        {code !== null && <output className="bank-code num">{code}</output>}
        {pinTriesLeft < FULL_TRIES && (
          <>
            <span className="bank-note">{t('pinTries', { count: pinTriesLeft })}</span>
            <Button kind="quiet" size="small" onClick={() => act(changeCard(cardId, { pinTries: 'reset' }))}>
              {t('resetTries')}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
