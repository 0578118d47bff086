import { type Layer, layers } from '../layers/table.ts';
import { code, GENERATED, table } from './markdown.ts';

const INTRODUCTION = `A layer may import itself and the layers in its last column, which all stand above it, so a circle cannot be written.
Where a place has a \`*\`, each folder is a layer of its own: no plugin imports another. \`npm run check\` enforces the table, and
that browsers load no \`store.ts\`, \`routes.ts\` or \`node/\` file, even indirectly. Tests and \`bench/\` may look at everything.`;

/** `docs/reference/layers.md`: who may import whom, as a table and as a drawing. */
export function layersPage(): string {
  const rows = layers.map(({ name, place, may }) => [name, code(place), may.join(', ')]);
  const drawing = `The same, without the arrows that follow from others:\n\n${mermaid(layers)}`;
  return [
    `# Who may import whom\n\n${GENERATED}\n\n${INTRODUCTION}`,
    table(['layer', 'place', 'may import'], rows),
    drawing,
  ].join('\n\n');
}

function mermaid(all: readonly Layer[]): string {
  const byName = new Map(all.map((layer) => [layer.name, layer]));
  const reaches = (from: string, target: string): boolean =>
    (byName.get(from)?.may ?? []).some((next) => next === target || reaches(next, target));
  const nodes = all.map(({ name }, index) => `  n${index}["${name}"]`);
  const indexOf = new Map(all.map(({ name }, index) => [name, index]));
  const arrows = all.flatMap(({ name, may }) =>
    may
      .filter((target) => !may.some((other) => other !== target && reaches(other, target)))
      .map((target) => `  n${indexOf.get(name)} --> n${indexOf.get(target)}`),
  );
  return ['```mermaid', 'flowchart BT', ...nodes, ...arrows, '```'].join('\n');
}
