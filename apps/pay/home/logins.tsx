import type { DemoLogin } from './state.ts';
import { useText } from './texts.ts';

/** The accounts of the demo shop and what each may open. */
export function Logins({ logins }: { readonly logins: readonly DemoLogin[] }) {
  const t = useText();
  return (
    <section>
      <h2>
        {t('logins')} <small>{t('loginsAbout')}</small>
      </h2>
      <div className="logins">
        <table className="zg-table">
          <caption className="sr-only">{t('logins')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('role')}</th>
              <th scope="col">{t('username')}</th>
              <th scope="col">{t('password')}</th>
              <th scope="col" className="logins-opens">
                {t('opens')}
              </th>
            </tr>
          </thead>
          <tbody>
            {logins.map(({ role, username, password }) => (
              <tr key={username}>
                <th scope="row">{t(`role_${role}`)}</th>
                <td>
                  <code>{username}</code>
                </td>
                <td>
                  <code>{password}</code>
                </td>
                <td className="logins-opens">{t(`opens_${role}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
