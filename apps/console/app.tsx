import {
  MutationCache,
  QueryCache,
  QueryClient,
  QueryClientProvider,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { Opening } from '@zhanggui/ui/gate.tsx';
import { SignIn } from '@zhanggui/ui/sign-in.tsx';
import { useEffect } from 'react';
import { api } from './api.ts';
import type { Session } from './contract.ts';
import { sessionQuery } from './queries.ts';
import { NotForCashiers } from './screens/gate.tsx';
import { Shell } from './screens/shell.tsx';
import { useText } from './texts.ts';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOutElsewhere }),
  mutationCache: new MutationCache({ onError: signedOutElsewhere }),
  // A shop's server may be in the shop: what the browser thinks of the internet says nothing about it.
  defaultOptions: { queries: { retry: false, networkMode: 'always' }, mutations: { networkMode: 'always' } },
});

/** A session that ended while a page was open leads back to signing in. */
function signedOutElsewhere(error: unknown): void {
  if (error instanceof ApiProblem && error.status === 401) queries.setQueryData(sessionQuery.queryKey, null);
}

/** The console's page: the owner's, the manager's and the operator's view of payments and of the book. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Gate />
    </QueryClientProvider>
  );
}

/** Queries that anybody may make. */
const PUBLIC: readonly unknown[] = ['session'];

function Gate() {
  const t = useText();
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const title = t('pageTitle');
  useEffect(() => {
    document.title = title;
  }, [title]);

  const nobody = session.data === null;
  useEffect(() => {
    // Nothing that one person read stays for the next. By now its pages are gone, so nobody waits for it.
    if (nobody) client.removeQueries({ predicate: ({ queryKey }) => !PUBLIC.includes(queryKey[0]) });
  }, [nobody, client]);

  async function signOut(): Promise<void> {
    await api.send('DELETE', '/sessions/current');
    client.setQueryData(sessionQuery.queryKey, null);
  }

  // What is known stays on the screen: a later question that finds no answer does not close the page.
  if (session.data === undefined)
    return <Opening words={t('opening')} failed={session.isError} onAgain={() => session.refetch()} />;
  if (session.data === null)
    return (
      <SignIn<Session>
        api={api}
        title={t('signInTitle')}
        offers={(role) => role !== 'cashier'}
        onSignedIn={(signedIn) => client.setQueryData(sessionQuery.queryKey, signedIn)}
      />
    );
  if (!session.data.permissions.includes('console')) return <NotForCashiers onSignOut={signOut} />;
  return <Shell onSignOut={signOut} />;
}
