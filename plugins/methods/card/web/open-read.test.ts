import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type ApiClient, ApiProblem, ApiSilence, createApiClient } from '@zhanggui/ui/api-client.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { followPayment, keepOpenRead } from './open-read.ts';

const kept = new Map<string, string>();
vi.stubGlobal('sessionStorage', {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
});
beforeEach(() => kept.clear());

const COMPLETION = { readerId: 'till_1', sealed: '11' };
const READ = { requestId: 'r1', maskedPan: '•••• 0018', amountMinor: 6_220 };

/** A payment of this till as the server tells it; each test has its own. */
function payment(changes: Partial<PaymentView> = {}): PaymentView {
  const told = {
    ...{ id: 'pay_1', tillId: 'till_1', method: 'card', amountMinor: 6_220, maskedInstrument: '•••• 0018' },
    ...{ state: 'pending', result: 'pending', handover: null },
    ...changes,
  };
  return told as PaymentView;
}

const handover = { kind: 'issuer-answer', decision: 'approve', responseCode: '00', data: '910A' } as const;

/** A till whose reader concludes at once, and whose server answers from a list. */
function around(...answers: readonly (PaymentView | Error)[]) {
  const atReader: unknown[] = [];
  const advanced: unknown[] = [];
  const queue = [...answers];
  const client = createApiClient({
    base: '/sim',
    language: () => 'zh-CN',
    fetch: async (_, init) => {
      if (init?.method === 'POST') atReader.push(JSON.parse(String(init.body)));
      return new Response(
        JSON.stringify({ version: 9, state: 'concluded', completion: COMPLETION, outcome: 'approved' }),
      );
    },
  });
  const send = async (_method: string, path: string, body?: unknown) => {
    advanced.push([path, body]);
    const answer = queue.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer prepared');
    return answer;
  };
  const surroundings = {
    api: { get: send, send } as unknown as ApiClient,
    cardReader: { kind: 'virtual', client, base: '/readers/till_1' } as const,
    sleep: async () => {},
  };
  return { surroundings, atReader, advanced };
}

describe('a payment whose card was read', () => {
  it('gives the issuer’s answer to the chip once, and its last word to the gateway until that has it', async () => {
    const done = payment({ id: 'pay_a', state: 'succeeded', result: 'succeeded' });
    const { surroundings, atReader, advanced } = around(new ApiSilence(null), new ApiProblem(503, {}), done);
    keepOpenRead('till_1', READ);
    const told = payment({ id: 'pay_a', handover });
    const [first, second] = await Promise.all([followPayment(told, surroundings), followPayment(told, surroundings)]);
    expect(first).toBe(done);
    expect(second).toBeUndefined();
    expect(atReader).toEqual([{ decision: 'approve', responseCode: '00', data: '910A' }]);
    expect(advanced).toEqual(new Array(3).fill(['/payments/pay_a/advance', { input: COMPLETION }]));
  });

  it('that the gateway has given up meanwhile is left to it', async () => {
    const { surroundings } = around(new ApiProblem(409, { code: 'payment-not-waiting' }));
    keepOpenRead('till_1', READ);
    await expect(followPayment(payment({ id: 'pay_b', handover }), surroundings)).resolves.toBeUndefined();
  });

  it.each([
    ['succeeded', { state: 'succeeded', result: 'succeeded' }, [{ decision: 'approve', responseCode: '00', data: '' }]],
    ['failed', { state: 'failed', result: 'failed' }, [{ decision: 'decline', responseCode: '', data: '' }]],
    [
      'is being undone',
      { state: 'cancelling', result: 'pending' },
      [{ decision: 'decline', responseCode: '', data: '' }],
    ],
    ['is not decided', { state: 'created', result: 'pending' }, []],
  ] as const)('that %s is shown at the reader, and nothing more', async (name, changes, expected) => {
    const { surroundings, atReader, advanced } = around();
    keepOpenRead('till_1', READ);
    await followPayment(payment({ id: `pay_${name}`, ...changes }), surroundings);
    expect(atReader).toEqual(expected);
    expect(advanced).toEqual([]);
  });

  it('is told from one of the same card and amount that was put aside and ends meanwhile', async () => {
    const { surroundings, atReader } = around();
    keepOpenRead('till_1', READ);
    const aside = payment({ id: 'pay_aside', state: 'unknown' });
    await followPayment(aside, surroundings);
    expect(atReader).toHaveLength(1);
    keepOpenRead('till_1', { ...READ, requestId: 'r2' });
    await followPayment({ ...aside, state: 'cancelled', result: 'failed' }, surroundings);
    expect(atReader).toHaveLength(1);
    await followPayment(payment({ id: 'pay_again', state: 'succeeded', result: 'succeeded' }), surroundings);
    expect(atReader).toHaveLength(2);
  });

  it('is told from earlier payments, other cards and other tills', async () => {
    const { surroundings, atReader } = around();
    const old = payment({ id: 'pay_old', state: 'unknown' });
    await followPayment(old, surroundings);
    keepOpenRead('till_1', READ);
    const undone = { state: 'cancelled', result: 'failed' } as const;
    await followPayment({ ...old, ...undone }, surroundings);
    await followPayment(payment({ id: 'pay_c', maskedInstrument: '•••• 4242', ...undone }), surroundings);
    await followPayment(payment({ id: 'pay_d', amountMinor: 1, ...undone }), surroundings);
    await followPayment(payment({ id: 'pay_e', tillId: 'till_2', ...undone }), surroundings);
    expect(atReader).toEqual([]);
    await followPayment(payment({ id: 'pay_f', ...undone }), surroundings);
    expect(atReader).toHaveLength(1);
  });
});
