/** One line of a flow: what is done, and what must come of it. */
export interface Step {
  /** `card.flow:12`. */
  readonly place: string;
  readonly text: string;
  readonly word: string;
  readonly args: readonly string[];
  /** Words after `->`, or null where the line says nothing of the outcome. */
  readonly expected: readonly string[] | null;
}

/** One table: everything that happens from a quiet shop to a quiet shop. */
export interface Flow {
  readonly title: string;
  readonly steps: readonly Step[];
}

/**
 * Reads a `.flow` file. A line `flow …` begins a table with its title, `#` begins a comment, several steps of one line
 * stand four or more spaces apart.
 * @throws Error for a step outside a table, a table without steps, a file without tables, two tables of one title.
 */
export function parseFlows(file: string, text: string): readonly Flow[] {
  const flows: { title: string; steps: Step[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const place = `${file}:${index + 1}`;
    const content = line.replace(/#.*$/, '').trim();
    if (content === '') continue;
    const title = /^flow\s+(.+)$/.exec(content)?.[1];
    if (title !== undefined) flows.push({ title, steps: [] });
    else if (flows.length === 0) throw new Error(`${place}: stands in no flow`);
    else flows.at(-1)?.steps.push(...content.split(/\s{4,}/).map((step) => parseStep(place, step)));
  }
  if (flows.length === 0) throw new Error(`${file}: holds no flow`);
  if (new Set(flows.map(({ title }) => title)).size !== flows.length) throw new Error(`${file}: a title stands twice`);
  const empty = flows.find(({ steps }) => steps.length === 0);
  if (empty !== undefined) throw new Error(`${file}: the flow "${empty.title}" has no steps`);
  return flows;
}

function parseStep(place: string, text: string): Step {
  const [done = '', expected] = text.split(/\s*->\s*/);
  const [word = '', ...args] = done.split(/\s+/);
  return { place, text, word, args, expected: expected === undefined ? null : expected.split(/\s+/) };
}
