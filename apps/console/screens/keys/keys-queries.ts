import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  KeyAuditView,
  KeyListView,
  KeyRequestView,
  KeyVersionView,
  NewKeyRequest,
} from '@zhanggui/modules/keys/api.ts';
import { newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { useRef } from 'react';
import { api } from '../../api.ts';
import { queryOf } from '../../routes.ts';

/** Another person's part of a ceremony should be seen soon. */
const EVERY_MS = 5_000;

/** Every key. */
export function useKeys() {
  return useQuery({
    queryKey: ['keys', 'list'],
    queryFn: () => api.get<KeyListView>('/keys'),
    refetchInterval: EVERY_MS,
  });
}

/** The versions of one key. */
export function useKeyVersions(name: string) {
  return useQuery({
    queryKey: ['keys', 'versions', name],
    queryFn: () => api.get<{ versions: readonly KeyVersionView[] }>(`/keys/versions${queryOf({ name })}`),
  });
}

/** What takes two people, newest first. */
export function useKeyRequests() {
  return useQuery({
    queryKey: ['keys', 'requests'],
    queryFn: () => api.get<{ requests: readonly KeyRequestView[] }>('/keys/requests'),
    refetchInterval: EVERY_MS,
  });
}

interface AuditPage {
  readonly rows: readonly KeyAuditView[];
  readonly nextCursor: number | null;
}

/** The audit log of keys, page after page. */
export function useKeyAudit() {
  return useInfiniteQuery({
    queryKey: ['keys', 'audit'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) => api.get<AuditPage>(`/keys/audit${queryOf({ cursor: pageParam })}`),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? EVERY_MS : false),
  });
}

/** Asks for something; the same request keeps its key, so that pressing again after a silence asks once. */
export function useAsk(onDone: () => void) {
  const settled = useSettled();
  const sent = useRef<{ readonly text: string; readonly key: string }>(undefined);
  return useMutation({
    mutationFn: (request: NewKeyRequest) => {
      const text = JSON.stringify(request);
      const key = sent.current?.text === text ? sent.current.key : newIdempotencyKey();
      sent.current = { text, key };
      return api.send<KeyRequestView>('POST', '/keys/requests', request, { idempotencyKey: key });
    },
    onSuccess: onDone,
    onSettled: settled,
  });
}

/** Brings a component; it stays in no cache of this page. */
export function useBringComponent(id: string, number: number) {
  const settled = useSettled();
  return useMutation({
    mutationFn: (component: string) =>
      api.send<KeyRequestView>('PUT', `/keys/requests/${id}/components/${number}`, { component }),
    gcTime: 0,
    onSettled: settled,
  });
}

/** Approves as the second person. */
export function useApprove(id: string) {
  const settled = useSettled();
  return useMutation({
    mutationFn: () => api.send<KeyRequestView>('POST', `/keys/requests/${id}/approval`),
    onSettled: settled,
  });
}

/** Refuses or withdraws. */
export function useRefuse(id: string, onDone: () => void) {
  const settled = useSettled();
  return useMutation({
    mutationFn: (reason: string) => api.send<KeyRequestView>('POST', `/keys/requests/${id}/refusal`, { reason }),
    onSuccess: onDone,
    onSettled: settled,
  });
}

function useSettled(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ['keys'] });
  };
}
