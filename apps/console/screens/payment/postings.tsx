import { formatMoney } from '@zhanggui/base';
import { useLanguage } from '@zhanggui/ui/language.ts';
import { inLanguage, useTrialBalance } from '../../queries.ts';
import { hrefOf } from '../../routes.ts';
import { useText } from '../../texts.ts';
import { reasonWords } from '../words.ts';
import type { Posting } from './timeline-entries.ts';

/** What the book says: from which account to which, how much, why. */
export function Postings({ postings }: { readonly postings: readonly Posting[] }) {
  const t = useText();
  return (
    <table className="postings">
      <caption className="sr-only">{t('entryPosting')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('reason')}</th>
          <th scope="col">{t('debit')}</th>
          <th scope="col">{t('credit')}</th>
          <th scope="col" className="is-figures">
            {t('amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {postings.map((posting) => (
          <tr key={posting.sequence}>
            <td>{reasonWords(t, posting.reason)}</td>
            <td data-head={t('debit')}>
              <AccountLink id={posting.debitAccount} />
            </td>
            <td data-head={t('credit')}>
              <AccountLink id={posting.creditAccount} />
            </td>
            <td className="is-figures">{formatMoney(posting.amountMinor)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An account by its title, leading to its transfers. */
export function AccountLink({ id }: { readonly id: string }) {
  const language = useLanguage();
  const { data } = useTrialBalance();
  const account = data?.accounts.find((one) => one.id === id);
  return <a href={hrefOf({ page: 'account', id })}>{account ? inLanguage(account.title, language) : id}</a>;
}
