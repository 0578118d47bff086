import { faults } from '@zhanggui/modules/faults.ts';
import { code, GENERATED, table } from './markdown.ts';

/** `docs/reference/faults.md`: the one list of faults. */
export function faultsPage(): string {
  const rows = Object.entries(faults).map(([name, { status, retryable, message }]) => [
    code(name),
    String(status),
    retryable ? 'yes' : '',
    message.en,
    message.zh,
  ]);
  const introduction = `A fault is answered as \`application/problem+json\`: \`type\` (\`urn:zhanggui:fault:<code>\`), \`title\` in the language of
\`Accept-Language\`, \`status\`, \`code\`, \`retryable\`, and \`fields\` with a path and a message for each field that was refused.
\`{name}\` stands for a parameter, which the document carries too.`;
  return `# Faults\n\n${GENERATED}\n\n${introduction}\n\n${table(['code', 'status', 'try again', 'English', '中文'], rows)}`;
}
