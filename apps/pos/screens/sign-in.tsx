import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { api } from '../api.ts';
import { useText } from '../texts.ts';
import type { Session } from '../till/contract.ts';
import { GateSheet } from './gate.tsx';

interface DemoLogin {
  readonly username: string;
  readonly password: string;
  readonly role: 'cashier' | 'manager' | 'owner' | 'operator';
}

/** Signing in with name and password; a demo server offers its accounts. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const t = useText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function signIn(name: string, secret: string): Promise<void> {
    setBusy(true);
    setRefusal(null);
    try {
      onSignedIn(await api.send<Session>('POST', '/sessions', { username: name, password: secret }));
    } catch (error) {
      setPassword('');
      if (!(error instanceof ApiProblem)) setRefusal(t('serverSilent'));
      else if (error.retryAfterS === undefined) setRefusal(error.title);
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
    <GateSheet title={t('signInTitle')}>
      <form className="gate-form" onSubmit={submit}>
        <Field
          label={t('username')}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          autoComplete="username"
          autoCapitalize="none"
          required
        />
        <Field
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
      <DemoLogins busy={busy} onChoose={(login) => void signIn(login.username, login.password)} />
    </GateSheet>
  );
}

interface DemoLoginsProps {
  readonly busy: boolean;
  readonly onChoose: (login: DemoLogin) => void;
}

function DemoLogins({ busy, onChoose }: DemoLoginsProps) {
  const t = useText();
  const { data } = useQuery({ queryKey: ['demo'], queryFn: demoLogins });
  if (data === undefined || data.length === 0) return null;
  const isFirst = (login: DemoLogin) => data.find(({ role }) => role === login.role) === login;
  return (
    <div className="gate-demo">
      <p>{t('demoLogins')}</p>
      <div>
        {data.map((login) => (
          <Button
            key={login.username}
            size="small"
            icon="user"
            disabled={busy}
            onClick={() => onChoose(login)}
            data-testid={`demo-${login.username}`}
          >
            {t(`role_${login.role}`)}
            {!isFirst(login) && ` · ${login.username}`}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The accounts that a demo server shows; any other server has none to show. */
async function demoLogins(): Promise<readonly DemoLogin[]> {
  try {
    return (await api.get<{ logins: readonly DemoLogin[] }>('/demo')).logins;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return [];
    throw error;
  }
}
