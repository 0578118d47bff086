import { formatMoney } from '@zhanggui/base';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { Account, TrialBalance } from '../../contract.ts';
import { inLanguage, useTrialBalance } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { kindWords } from '../words.ts';
import './ledger.css';

/** The trial balance: every account by what it is for, the two sums that must be equal, and the chain of hashes. */
export function LedgerPage() {
  const t = useText();
  const { data, error, refetch } = useTrialBalance();
  return (
    <Page title={t('nav_ledger')}>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data && (
        <>
          <Proof balance={data} />
          <Accounts accounts={data.accounts} />
        </>
      )}
    </Page>
  );
}

function Proof({ balance }: { readonly balance: TrialBalance }) {
  const t = useText();
  const { totalDebitMinor, totalCreditMinor, differenceMinor, chain } = balance;
  const even = differenceMinor === 0;
  return (
    <section className="proof num" aria-label={t('proof')}>
      <div className="figure">
        <span>{t('totalDebit')}</span>
        <b>{formatMoney(totalDebitMinor)}</b>
        <small>{t('totalCreditIs', { amount: formatMoney(totalCreditMinor) })}</small>
      </div>
      <div className={`figure tone-${even ? 'paid' : 'failed'} is-toned`}>
        <span>{t('difference')}</span>
        <b data-testid="trial-difference">{formatMoney(differenceMinor)}</b>
        <small className="proof-verdict">
          <Icon name={even ? 'check' : 'alert'} size={18} />
          {t(even ? 'booksAgree' : 'booksDiffer')}
        </small>
      </div>
      <div className="figure proof-chain">
        <span>{t('chain')}</span>
        <b>{t('chainLength', { count: chain.length })}</b>
        <small>
          {t('chainHead')} <code>{chain.headHash}</code>
        </small>
      </div>
    </section>
  );
}

const KINDS = ['asset', 'expense', 'liability', 'income'];

function Accounts({ accounts }: { readonly accounts: readonly Account[] }) {
  const t = useText();
  const byKind = Map.groupBy(accounts, ({ kind }) => kind);
  const kinds = [
    ...KINDS.filter((kind) => byKind.has(kind)),
    ...[...byKind.keys()].filter((kind) => !KINDS.includes(kind)),
  ];
  return (
    <section className="box">
      <table className="zg-table ledger-table num">
        <caption className="sr-only">{t('trialBalance')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('account')}</th>
            <th scope="col" className="is-figures is-spare">
              {t('debit')}
            </th>
            <th scope="col" className="is-figures is-spare">
              {t('credit')}
            </th>
            <th scope="col" className="is-figures">
              {t('balance')}
            </th>
          </tr>
        </thead>
        {kinds.map((kind) => (
          <AccountsOfKind key={kind} kind={kind} accounts={byKind.get(kind) ?? []} />
        ))}
      </table>
    </section>
  );
}

interface AccountsOfKindProps {
  readonly kind: string;
  readonly accounts: readonly Account[];
}

function AccountsOfKind({ kind, accounts }: AccountsOfKindProps) {
  const t = useText();
  const language = useLanguage();
  const total = (of: 'debitMinor' | 'creditMinor' | 'balanceMinor'): string =>
    formatMoney(accounts.reduce((sum, account) => sum + account[of], 0));
  return (
    <tbody>
      <tr className="ledger-kind">
        <th scope="rowgroup">{kindWords(t, kind)}</th>
        <td className="is-figures is-spare">{total('debitMinor')}</td>
        <td className="is-figures is-spare">{total('creditMinor')}</td>
        <td className="is-figures">{total('balanceMinor')}</td>
      </tr>
      {accounts.map((account) => (
        <tr key={account.id} className="ledger-account">
          <th scope="row">
            <a href={hrefOf({ page: 'account', id: account.id })}>{inLanguage(account.title, language)}</a>
            <code>{account.id}</code>
          </th>
          <td className="is-figures is-spare">{formatMoney(account.debitMinor)}</td>
          <td className="is-figures is-spare">{formatMoney(account.creditMinor)}</td>
          <td className="is-figures">{formatMoney(account.balanceMinor)}</td>
        </tr>
      ))}
    </tbody>
  );
}
