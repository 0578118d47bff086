import { Fault } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { RawReply, type RequestContext } from '../http.ts';
import type { Payments } from './context.ts';
import type { NotificationReading, PaymentMethod } from './method.ts';
import { notificationRoute } from './notify.ts';

/** The route over one method that reads notifications in this way; it has no database, so nothing may be booked. */
function answerOf(
  notified: PaymentMethod['notified'],
  methodId = 'wallet',
  sleep = async (): Promise<void> => undefined,
) {
  const method = { ...(notified === undefined ? {} : { notified }) } as PaymentMethod;
  const payments = {
    methods: [{ plugin: { id: 'wallet' }, method }],
    report: (error: unknown, about: string) => reported.push(`${String(error)} ${about}`),
  } as unknown as Payments;
  const context = {
    params: { methodId, merchantId: 'mer_1' },
    raw: { headers: { a: 'b' }, body: 'raw' },
    clock: { now: () => 0, sleep },
  };
  return notificationRoute(payments).handle(context as unknown as RequestContext<never, never, never>);
}

const reported: string[] = [];

const never = (): Promise<void> => new Promise(() => undefined);
const refused: NotificationReading = {
  kind: 'refused',
  cause: 'bad-signature',
  answer: { status: 401, contentType: 'application/json', body: '{"code":"FAIL"}' },
};

test('a message reaches its method as it came, and the answer is in the method’s own form', async () => {
  const seen: unknown[] = [];
  const answer = await answerOf(
    async (notification) => {
      seen.push(notification);
      return refused;
    },
    'wallet',
    never,
  );
  expect(seen).toEqual([{ merchantId: 'mer_1', headers: { a: 'b' }, rawBody: 'raw' }]);
  expect(answer).toEqual(new RawReply(refused.answer));
});

test('what is genuine and of nothing here books nothing', async () => {
  const ignored = { ...refused, kind: 'ignored', answer: { ...refused.answer, status: 200 } } as const;
  expect(await answerOf(async () => ignored, 'wallet', never)).toMatchObject({ status: 200 });
});

test('a method that takes too long is answered for in time, with a word that makes the channel send again', async () => {
  const slept: number[] = [];
  const sleep = async (durationMs?: number): Promise<void> => {
    slept.push(durationMs ?? 0);
  };
  expect(await answerOf(() => new Promise(() => undefined), 'wallet', sleep)).toMatchObject({ status: 503 });
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeLessThan(5_000);
});

test('what fails after the channel was answered is reported, for nobody else hears of it', async () => {
  let fail = (): void => undefined;
  const failing = () =>
    new Promise<NotificationReading>((_, reject) => {
      fail = () => reject(new Error('the database is gone'));
    });
  expect(await answerOf(failing, 'wallet', async () => undefined)).toMatchObject({ status: 503 });
  expect(reported).toEqual([]);
  fail();
  await expect.poll(() => reported).toEqual(['Error: the database is gone notification wallet']);
});

test('a method that takes none, or does not exist, has no such address', async () => {
  await expect(answerOf(undefined, 'wallet', never)).rejects.toThrow(new Fault('not-found'));
  await expect(answerOf(async () => refused, 'another', never)).rejects.toThrow(new Fault('not-found'));
});
