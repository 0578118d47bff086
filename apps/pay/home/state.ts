import { queryOptions } from '@tanstack/react-query';
import { ApiProblem, createApiClient } from '@zhanggui/ui/api-client.ts';
import { currentLanguage } from '@zhanggui/ui/language.ts';

const server = createApiClient({ base: '', language: currentLanguage });

/** A login of the demo shop. */
export interface DemoLogin {
  readonly username: string;
  readonly password: string;
  readonly role: 'cashier' | 'manager' | 'owner' | 'operator';
}

/** The demo shop's logins; none where the server is no demo. */
export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: async (): Promise<readonly DemoLogin[]> => {
    try {
      return (await server.get<{ logins: readonly DemoLogin[] }>('/api/v1/demo')).logins;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return [];
      throw error;
    }
  },
});

const HEALTH_EVERY_MS = 15_000;

/** Whether a payment could be taken now; a server that does not answer makes the query fail. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async (): Promise<boolean> => {
    try {
      await server.get('/healthz');
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 503) return false;
      throw error;
    }
  },
  refetchInterval: HEALTH_EVERY_MS,
});
