import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ApiProblem } from '@zhanggui/ui/api-client.ts';
import { type Language, useLanguage } from '@zhanggui/ui/language.ts';
import { api } from './api.ts';
import type { DayReport, Method, Payment, PaymentDetail, Session, Till, Transfer, TrialBalance } from './contract.ts';
import { type PaymentsFilter, queryOf } from './routes.ts';

const SECOND_MS = 1000;
/** Numbers of a day change with every sale; a payment that is being resolved changes within seconds. */
const DAY_EVERY_MS = 10 * SECOND_MS;
const OPEN_PAYMENT_EVERY_MS = 2 * SECOND_MS;
const PAGE = 50;

/** Who is signed in, or null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await api.get<Session>('/sessions/current');
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** The session of the pages that are shown only to somebody who is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('this page is for somebody who is signed in');
  return data;
}

/** What somebody may do here. */
export function useMay(permission: string): boolean {
  return useSession().permissions.includes(permission);
}

/** A day's takings, renewed while it is looked at. */
export function useDayReport(on: string) {
  return useQuery({
    queryKey: ['day', on],
    queryFn: () => api.get<DayReport>(`/reports/day${queryOf({ on })}`),
    refetchInterval: DAY_EVERY_MS,
    placeholderData: (before) => before,
  });
}

interface PaymentsPage {
  readonly payments: readonly Payment[];
  readonly nextCursor: string | null;
}

/** Payments newest first, page after page. The first page is renewed as long as it is the only one. */
export function usePayments(filter: PaymentsFilter, limit = PAGE) {
  const { on, method, result } = filter;
  return useInfiniteQuery({
    queryKey: ['payments', { on, method, result, limit }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api.get<PaymentsPage>(`/payments${queryOf({ on, method, result, limit, cursor: pageParam })}`),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? DAY_EVERY_MS : false),
  });
}

/** A payment with its timeline, renewed quickly until its outcome and those of its refunds are certain. */
export function usePayment(id: string) {
  return useQuery({
    queryKey: ['payment', id],
    queryFn: () => api.get<PaymentDetail>(`/payments/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (isOpen(state.data) ? OPEN_PAYMENT_EVERY_MS : false),
  });
}

function isOpen(payment: PaymentDetail | undefined): boolean {
  return [payment, ...(payment?.refunds ?? [])].some((one) => one?.result === 'pending');
}

/** Every account of the book with its totals. */
export function useTrialBalance() {
  return useQuery({
    queryKey: ['trial-balance'],
    queryFn: () => api.get<TrialBalance>('/ledger/trial-balance'),
    refetchInterval: DAY_EVERY_MS,
  });
}

interface TransfersPage {
  readonly transfers: readonly Transfer[];
  readonly nextCursor: number | null;
}

/** One account's transfers newest first, page after page. */
export function useTransfers(accountId: string) {
  return useInfiniteQuery({
    queryKey: ['transfers', accountId],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      api.get<TransfersPage>(
        `/ledger/accounts/${encodeURIComponent(accountId)}/transfers${queryOf({ limit: PAGE, cursor: pageParam })}`,
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The ways to pay that the server has. */
export function useMethods(): readonly Method[] {
  const { data } = useQuery({
    queryKey: ['methods'],
    queryFn: () => api.get<{ methods: readonly Method[] }>('/methods'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.methods ?? [];
}

/** Gives the title of a way to pay by its id. */
export function useMethodTitle(): (method: string) => string {
  const methods = useMethods();
  const language = useLanguage();
  return (id) => {
    const title = methods.find((method) => method.id === id)?.title;
    return title === undefined ? id : inLanguage(title, language);
  };
}

/** Gives the name of a till by its id; who may not see the tills sees the id. */
export function useTillName(): (tillId: string) => string {
  const enabled = useMay('sell');
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ['tills'],
    queryFn: () => api.get<{ tills: readonly Till[] }>('/tills'),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
  return (id) => {
    const till = data?.tills.find((one) => one.id === id);
    if (till === undefined) return id;
    return language === 'en' ? till.nameEn : till.name;
  };
}

/** One of two texts that the server gave in both languages. */
export function inLanguage(words: { readonly zh: string; readonly en: string }, language: Language): string {
  return language === 'en' ? words.en : words.zh;
}
