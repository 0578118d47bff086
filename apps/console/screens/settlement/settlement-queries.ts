import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { api } from '../../api.ts';
import { queryOf } from '../../routes.ts';

const EVERY_MS = 5_000;
/** A bill that is being fetched shows how far it is. */
const PROGRESS_EVERY_MS = 1_000;

/** The open batches, then those that were closed, newest first. */
export function useBatches() {
  return useQuery({
    queryKey: ['batches'],
    queryFn: () => api.get<{ batches: readonly BatchView[] }>('/batches'),
    refetchInterval: EVERY_MS,
  });
}

interface Schedule {
  /** Time of day in Beijing; null closes nothing by itself. */
  readonly at: string | null;
}

/** When batches close by themselves. */
export function useSchedule() {
  return useQuery({ queryKey: ['settlement-schedule'], queryFn: () => api.get<Schedule>('/settlement/schedule') });
}

/** Changes when batches close by themselves. */
export function useChangeSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (schedule: Schedule) => api.send<Schedule>('PUT', '/settlement/schedule', schedule),
    onSettled: () => client.invalidateQueries({ queryKey: ['settlement-schedule'] }),
  });
}

/** A channel's bill of one day, as the API tells it. */
export interface Bill {
  readonly method: string;
  readonly billOn: string;
  readonly state: 'fetching' | 'fetched' | 'empty' | 'not-ready' | 'failed';
  readonly stage: string | null;
  readonly rowCount: number;
  readonly cause: string | null;
  readonly updatedAt: string;
}

/** A line of a bill. */
export interface BillRow {
  readonly position: number;
  readonly kind: 'payment' | 'refund';
  readonly channelReference: string;
  readonly ourReference: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
  readonly at: string;
  readonly status: string;
}

/** Bills that were fetched, renewed quickly while one is on its way. */
export function useBills() {
  return useQuery({
    queryKey: ['bills'],
    queryFn: () => api.get<{ bills: readonly Bill[] }>('/bills'),
    refetchInterval: ({ state }) =>
      state.data?.bills.some((bill) => bill.state === 'fetching') ? PROGRESS_EVERY_MS : EVERY_MS,
  });
}

/** Fetches a bill, or again. */
export function useFetchBill() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, date }: { readonly method: string; readonly date: string }) =>
      api.send<Bill>('POST', `/bills/${encodeURIComponent(method)}/${date}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['bills'] }),
  });
}

interface RowsPage {
  readonly rows: readonly BillRow[];
  readonly next: number | null;
}

/** Rows of a bill, page after page. */
export function useBillRows({ method, billOn }: Pick<Bill, 'method' | 'billOn'>) {
  return useInfiniteQuery({
    queryKey: ['bill-rows', method, billOn],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      api.get<RowsPage>(`/bills/${encodeURIComponent(method)}/${billOn}/rows${queryOf({ after: pageParam })}`),
    getNextPageParam: (page) => page.next ?? undefined,
  });
}
