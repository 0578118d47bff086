import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChannelView } from '@zhanggui/modules/payments/channel-routes.ts';
import type { AdviceView } from '@zhanggui/modules/switch/advice-list.ts';
import { api } from '../../api.ts';

/** How a line does should be seen as it happens. */
const EVERY_MS = 3_000;

/** The merchant's accounts with channels. */
export function useChannels(enabled: boolean) {
  return useQuery({
    queryKey: ['channels'],
    queryFn: () => api.get<{ channels: readonly ChannelView[] }>('/channels'),
    enabled,
  });
}

/** Changes an account. What is typed stays in no cache of this page. */
export function useChangeChannel(method: string, onDone: () => void) {
  const settled = useSettled('channels');
  return useMutation({
    mutationFn: (values: Readonly<Record<string, string>>) =>
      api.send<ChannelView>('PUT', `/channels/${encodeURIComponent(method)}`, { values }),
    gcTime: 0,
    onSuccess: onDone,
    onSettled: settled,
  });
}

/** Tries an account. */
export function useTestChannel(method: string) {
  const settled = useSettled('channels');
  return useMutation({
    mutationFn: () =>
      api.send<NonNullable<ChannelView['test']>>('POST', `/channels/${encodeURIComponent(method)}/test`),
    onSettled: settled,
  });
}

/** How an acquirer and its terminals do, as the API tells it. */
export interface Acquirer {
  readonly acquirerId: string;
  readonly connection: 'persistent' | 'short' | 'none';
  readonly connected: boolean;
  readonly circuit: 'closed' | 'open';
  readonly failuresInARow: number;
  readonly waiting: number;
  readonly lastAnswerAt: string | null;
  readonly roundTripMs: { readonly p50: number; readonly p99: number } | null;
  readonly terminals: readonly AcquirerTerminal[];
}

interface AcquirerTerminal {
  readonly tillId: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly signedOnAt: string | null;
  readonly closingSince: string | null;
  readonly waitingAdvices: number;
  readonly quarantinedAdvices: number;
}

/** Every acquirer with the terminals that one may see. */
export function useAcquirers() {
  return useQuery({
    queryKey: ['acquirers', 'health'],
    queryFn: () => api.get<{ acquirers: readonly Acquirer[] }>('/acquirers/health'),
    refetchInterval: EVERY_MS,
  });
}

/** What is not yet with the acquirers. */
export function useAdvices() {
  return useQuery({
    queryKey: ['acquirers', 'advices'],
    queryFn: () => api.get<{ advices: readonly AdviceView[] }>('/acquirers/advices'),
    refetchInterval: EVERY_MS,
  });
}

/** Sends what waits of a payment now. */
export function useRetryAdvice(reference: string) {
  const settled = useSettled('acquirers');
  return useMutation({
    mutationFn: () => api.send('POST', `/acquirers/advices/${encodeURIComponent(reference)}/retry`),
    onSettled: settled,
  });
}

/** What a till may approve without its acquirer, and how much of it is at risk. */
export function useOfflineRisk(tillId: string) {
  return useQuery({
    queryKey: ['acquirers', 'offline', tillId],
    queryFn: () =>
      api.get<{ allowed: boolean; perPaymentMinor: number; totalMinor: number; usedMinor: number }>(
        `/tills/${encodeURIComponent(tillId)}/terminal/offline-limits`,
      ),
    refetchInterval: EVERY_MS,
  });
}

function useSettled(key: string): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: [key] });
  };
}
