import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type ApiClient, ApiProblem, ApiSilence } from './api-client.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { Gate } from './gate.tsx';
import { StateBar } from './state-bar.tsx';
import { useUiText } from './ui-texts.ts';

interface DemoLogin {
  readonly username: string;
  readonly password: string;
  readonly role: 'cashier' | 'manager' | 'owner' | 'operator';
}

interface SignInProps<Session> {
  readonly api: ApiClient;
  readonly title: string;
  /** Which of a demo server's accounts are of use here. */
  readonly offers: (role: DemoLogin['role']) => boolean;
  readonly onSignedIn: (session: Session) => void;
}

/** Signing in with name and password; a demo server offers its accounts. */
export function SignIn<Session>({ api, title, offers, onSignedIn }: SignInProps<Session>) {
  const t = useUiText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  async function signIn(name: string, secret: string): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      onSignedIn(await api.send<Session>('POST', '/sessions', { username: name, password: secret }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) return setRefusal(t('serverSilent'));
      setPassword('');
      passwordField.current?.focus();
      if (error.retryAfterS === undefined) setRefusal(error.title);
      else setRefusal(`${error.title} · ${t('waitSeconds', { count: error.retryAfterS })}`);
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void signIn(username, password);
  }

  return (
    <Gate title={title}>
      <form className="zg-form" onSubmit={submit}>
        <Field
          label={t('username')}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          required
        />
        <Field
          ref={passwordField}
          label={t('password')}
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
        />
        {refusal !== null && (
          <StateBar tone="failed" icon="alert" role="alert">
            {refusal}
          </StateBar>
        )}
        <Button type="submit" kind="primary" size="large" wide busy={busy} data-testid="sign-in">
          {t('signIn')}
        </Button>
      </form>
      <DemoLogins
        api={api}
        offers={offers}
        busy={busy}
        onChoose={(login) => void signIn(login.username, login.password)}
      />
    </Gate>
  );
}

interface DemoLoginsProps extends Pick<SignInProps<unknown>, 'api' | 'offers'> {
  readonly busy: boolean;
  readonly onChoose: (login: DemoLogin) => void;
}

function DemoLogins({ api, offers, busy, onChoose }: DemoLoginsProps) {
  const t = useUiText();
  const [logins, setLogins] = useState<readonly DemoLogin[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    void demoLogins(api, leaving.signal).then((found) => leaving.signal.aborted || setLogins(found));
    return () => leaving.abort();
  }, [api]);
  const offered = logins.filter(({ role }) => offers(role));
  if (offered.length === 0) return null;
  /** The second account of a role and later ones are numbered. */
  const numberOf = (login: DemoLogin): string => {
    const place = offered.filter(({ role }) => role === login.role).indexOf(login);
    return place === 0 ? '' : ` ${place + 1}`;
  };
  return (
    <div className="zg-gate-demo">
      <p>{t('demoLogins')}</p>
      <div>
        {offered.map((login) => (
          <Button
            key={login.username}
            size="small"
            icon="user"
            disabled={busy}
            onClick={() => onChoose(login)}
            data-testid={`demo-${login.username}`}
          >
            {t(`role_${login.role}`) + numberOf(login)}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The accounts that a demo server shows; any other server has none to show, and a silent one is told of by the form itself. */
async function demoLogins(api: ApiClient, signal: AbortSignal): Promise<readonly DemoLogin[]> {
  try {
    return (await api.get<{ logins: readonly DemoLogin[] }>('/demo', signal)).logins;
  } catch (error) {
    if (signal.aborted || error instanceof ApiProblem || error instanceof ApiSilence) return [];
    throw error;
  }
}
