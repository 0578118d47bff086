import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import { api } from '../api.ts';
import type { Session } from '../contract.ts';
import { useText } from '../texts.ts';
import { Gate } from './gate.tsx';

interface DemoLogin {
  readonly username: string;
  readonly password: string;
  readonly role: Session['staff']['role'];
}

/** Signing in with name and password; a demo server offers its accounts. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: Session) => void }) {
  const t = useText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function signIn(login: { readonly username: string; readonly password: string }): Promise<void> {
    const { username, password } = login;
    setBusy(true);
    setRefusal(null);
    try {
      onSignedIn(await api.send<Session>('POST', '/sessions', { username, password }));
    } catch (error) {
      setPassword('');
      setRefusal(error instanceof ApiProblem ? error.title : t('serverSilent'));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void signIn({ username, password });
  }

  return (
    <Gate title={t('signInTitle')}>
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
      <DemoLogins busy={busy} onChoose={(login) => void signIn(login)} />
    </Gate>
  );
}

interface DemoLoginsProps {
  readonly busy: boolean;
  readonly onChoose: (login: DemoLogin) => void;
}

function DemoLogins({ busy, onChoose }: DemoLoginsProps) {
  const t = useText();
  const { data } = useQuery({ queryKey: ['demo'], queryFn: demoLogins });
  const fitting = data?.filter(({ role }) => role !== 'cashier') ?? [];
  if (fitting.length === 0) return null;
  const isFirst = (login: DemoLogin) => fitting.find(({ role }) => role === login.role) === login;
  return (
    <div className="gate-demo">
      <p>{t('demoLogins')}</p>
      <div>
        {fitting.map((login) => (
          <Button
            key={login.username}
            size="small"
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
