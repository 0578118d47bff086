import { formatMoney } from '@zhanggui/base';
import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { Account, Transfer } from '../../contract.ts';
import { inLanguage, useTransfers, useTrialBalance } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { Page } from '../page.tsx';
import { AccountLink } from '../payment/postings.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { kindWords, reasonWords } from '../words.ts';
import './ledger.css';

/** One account: its balance and every transfer that made it, newest first. */
export function AccountPage({ id }: { readonly id: string }) {
  const t = useText();
  const language = useLanguage();
  const balance = useTrialBalance();
  const list = useTransfers(id);
  const account = balance.data?.accounts.find((one) => one.id === id);
  const transfers = list.data?.pages.flatMap((page) => page.transfers) ?? [];
  return (
    <Page
      title={account === undefined ? id : inLanguage(account.title, language)}
      up={{ href: hrefOf({ page: 'ledger' }), words: t('nav_ledger') }}
    >
      {account && <Sum account={account} />}
      {list.error && <Trouble error={list.error} onAgain={list.refetch} />}
      {list.isPending && <Reading />}
      <section className="box">
        {list.data && transfers.length === 0 && (
          <EmptyState icon="book" title={t('noTransfers')}>
            {t('noTransfersHint')}
          </EmptyState>
        )}
        {transfers.length > 0 && <Transfers id={id} transfers={transfers} />}
        {transfers.length > 0 && (
          <footer className="more">
            {list.hasNextPage ? (
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} data-testid="more">
                {t('earlier')}
              </Button>
            ) : (
              <p>{t('allTransfers', { count: transfers.length })}</p>
            )}
          </footer>
        )}
      </section>
    </Page>
  );
}

function Sum({ account }: { readonly account: Account }) {
  const t = useText();
  return (
    <section className="box account-sum num">
      <div>
        <p>
          {t('balance')} · {kindWords(t, account.kind)}
        </p>
        <Amount minor={account.balanceMinor} size="due" />
        <code>{account.id}</code>
      </div>
      <dl>
        <dt>{t('debit')}</dt>
        <dd>{formatMoney(account.debitMinor)}</dd>
        <dt>{t('credit')}</dt>
        <dd>{formatMoney(account.creditMinor)}</dd>
      </dl>
    </section>
  );
}

interface TransfersProps {
  readonly id: string;
  readonly transfers: readonly Transfer[];
}

function Transfers({ id, transfers }: TransfersProps) {
  const t = useText();
  return (
    <table className="zg-table transfer-table num">
      <caption className="sr-only">{t('transfers')}</caption>
      <thead>
        <tr>
          <th scope="col" className="is-spare">
            {t('sequence')}
          </th>
          <th scope="col">{t('time')}</th>
          <th scope="col">{t('reason')}</th>
          <th scope="col">{t('counterAccount')}</th>
          <th scope="col" className="is-figures">
            {t('debit')}
          </th>
          <th scope="col" className="is-figures">
            {t('credit')}
          </th>
          <th scope="col" className="is-spare">
            {t('hash')}
          </th>
        </tr>
      </thead>
      <tbody>
        {transfers.map((transfer) => (
          <TransferRow key={transfer.sequence} id={id} transfer={transfer} />
        ))}
      </tbody>
    </table>
  );
}

const SHOWN_OF_HASH = 8;

function TransferRow({ id, transfer }: { readonly id: string; readonly transfer: Transfer }) {
  const t = useText();
  const { sequence, at, reason, paymentId, debitAccount, creditAccount, amountMinor, hash } = transfer;
  const isDebit = debitAccount === id;
  const amount = formatMoney(amountMinor);
  return (
    <tr>
      <td className="is-spare">{sequence}</td>
      <td className="cell-time">{dateAndTime(at)}</td>
      <td className="cell-reason">
        {paymentId === null ? (
          reasonWords(t, reason)
        ) : (
          <a href={hrefOf({ page: 'payment', id: paymentId })}>{reasonWords(t, reason)}</a>
        )}
      </td>
      <td className="cell-counter">
        <AccountLink id={isDebit ? creditAccount : debitAccount} />
      </td>
      <td className="cell-debit is-figures" data-head={t('debit')}>
        {isDebit ? amount : ''}
      </td>
      <td className="cell-credit is-figures" data-head={t('credit')}>
        {isDebit ? '' : amount}
      </td>
      <td className="is-spare">
        <code title={hash}>{hash.slice(0, SHOWN_OF_HASH)}…</code>
      </td>
    </tr>
  );
}
