import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { SignIn } from '@zhanggui/ui/sign-in.tsx';
import { useEffect } from 'react';
import { api, whenSignedOut } from './api.ts';
import { Loading, MayNotSell } from './screens/gate.tsx';
import { TillGate } from './screens/till-gate.tsx';
import { useText } from './texts.ts';
import type { Session } from './till/contract.ts';

const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY } },
});

whenSignedOut(() => queries.setQueryData(['session'], null));

/** The till's page, from signing in to selling. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Gate />
    </QueryClientProvider>
  );
}

function Gate() {
  const t = useText();
  const client = useQueryClient();
  const session = useQuery({ queryKey: ['session'], queryFn: currentSession });
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);

  async function signOut(): Promise<void> {
    await api.send('DELETE', '/sessions/current');
    client.clear();
    client.setQueryData(['session'], null);
  }

  if (session.isPending || session.isError)
    return <Loading failed={session.isError} onAgain={() => session.refetch()} />;
  if (session.data === null)
    return (
      <SignIn<Session>
        api={api}
        title={t('signInTitle')}
        offers={(role) => role !== 'operator'}
        onSignedIn={(signedIn) => client.setQueryData(['session'], signedIn)}
      />
    );
  if (!session.data.permissions.includes('sell')) return <MayNotSell onSignOut={signOut} />;
  return <TillGate session={session.data} onSignOut={signOut} />;
}

/** Who is signed in, or null when nobody is. */
async function currentSession(): Promise<Session | null> {
  try {
    return await api.get<Session>('/sessions/current');
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}
