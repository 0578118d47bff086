import type { MethodPlugin } from '@zhanggui/modules/payments/method.ts';
import { acquirers, paymentMethods, scenarios } from '@zhanggui/plugins/registry.ts';
import { code, GENERATED, table } from './markdown.ts';

const MEANING: readonly (readonly [name: keyof MethodPlugin['policy'], words: string])[] = [
  ['local', 'outcome known at once and here'],
  ['authorizeTimeoutMs', 'longest wait for the first answer'],
  ['firstInquiryMs', 'first question after'],
  ['intervalMs', 'then every; repetitions of a cancellation too'],
  ['giveUpAfterMs', 'given up and undone after'],
  ['minimumBeforeCancelMs', 'channel accepts no cancellation before'],
  ['confirmAfterCancelMs', 'one more question after a cancellation'],
];

/** `docs/reference/methods.md`: what the registry holds. */
export function methodsPage(): string {
  return [
    `# What the registry holds\n\n${GENERATED} Source: \`plugins/registry.ts\`.`,
    `## Ways to pay\n\n${methodTable()}`,
    `## Their times\n\nSeconds, counted from the request where nothing else is said.\n\n${policyTable()}`,
    `## Acquirers' dialects\n\n${table(
      ['id', 'title', '名称'],
      acquirers.map(({ id, title }) => [code(id), title.en, title.zh]),
    )}`,
    `## Kinds of shop\n\n${table(
      ['id', 'title', '名称', 'sold by'],
      scenarios.map(({ id, title, lineKinds }) => [
        code(id),
        title.en,
        title.zh,
        lineKinds.map((kind) => `${kind.id} (${kind.field})`).join(', '),
      ]),
    )}`,
  ].join('\n\n');
}

function methodTable(): string {
  return table(
    ['id', 'title', '名称', 'money is held by', 'credential', 'recognises a scanned code'],
    paymentMethods.map(({ id, title, holds, credential, recognise }) => [
      code(id),
      title.en,
      title.zh,
      holds === 'drawer' ? "the till's drawer" : 'the channel, who owes it',
      shapesOf(credential),
      recognise === undefined ? '' : 'yes',
    ]),
  );
}

/** The members of each shape that a credential may have. */
function shapesOf(credential: object): string {
  const { anyOf, properties } = credential as { anyOf?: readonly object[]; properties?: object };
  if (anyOf !== undefined) return anyOf.map(shapesOf).join(' or ');
  return Object.keys(properties ?? {})
    .map(code)
    .join(', ');
}

function policyTable(): string {
  return table(
    ['', ...paymentMethods.map(({ id }) => code(id))],
    MEANING.map(([name, words]) => [
      `${code(name)}: ${words}`,
      ...paymentMethods.map(({ policy }) => (policy.local && name !== 'local' ? '–' : shown(policy[name]))),
    ]),
  );
}

function shown(value: boolean | number | null): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? 'none' : String(value / 1000);
}
