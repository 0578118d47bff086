import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { LinkView } from '@zhanggui/modules/sales/link-routes.ts';
import { newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { useRef } from 'react';
import { api } from '../../api.ts';
import type { Till } from '../../contract.ts';

/** A customer's payment should be seen soon. */
const EVERY_MS = 2_000;

/** The merchant's orders that are paid by a link, newest first. */
export function useLinks() {
  return useQuery({
    queryKey: ['links'],
    queryFn: () => api.get<{ links: readonly LinkView[] }>('/links'),
    refetchInterval: EVERY_MS,
  });
}

/** The merchant's tills. */
export function useTills() {
  return useQuery({
    queryKey: ['tills'],
    queryFn: () => api.get<{ tills: readonly Till[] }>('/tills'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The printed code of a till; asking for it makes it once. */
export function useShopCode(tillId: string) {
  return useQuery({
    queryKey: ['shop-code', tillId],
    queryFn: () => api.send<LinkView>('POST', `/tills/${encodeURIComponent(tillId)}/shop-code`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What a link is made from. */
export interface NewLink {
  readonly tillId: string;
  readonly title: string;
  readonly amountMinor: number;
  readonly validMinutes: number;
}

/** Makes a link; the same wishes keep their key, so that pressing again after a silence makes one. */
export function useCreateLink(onDone: (link: LinkView) => void) {
  const client = useQueryClient();
  const sent = useRef<{ readonly text: string; readonly key: string }>(undefined);
  return useMutation({
    mutationFn: (wanted: NewLink) => {
      const text = JSON.stringify(wanted);
      const key = sent.current?.text === text ? sent.current.key : newIdempotencyKey();
      sent.current = { text, key };
      return api.send<LinkView>('POST', '/links', wanted, { idempotencyKey: key });
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['links'] }),
  });
}

/** Cancels an order of which nothing is paid or being paid. */
export function useCancelLink(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.send<LinkView>('POST', `/links/${encodeURIComponent(id)}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['links'] }),
  });
}
