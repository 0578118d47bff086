import type { KeyLevel, KeyView } from '@zhanggui/modules/keys/api.ts';

/** A key with the keys below it. */
export interface KeyNode {
  readonly key: KeyView;
  readonly below: readonly KeyNode[];
}

/** The trees of one level: keys of it that stand below no key of the vault. */
export interface KeyForest {
  readonly level: KeyLevel;
  readonly trees: readonly KeyNode[];
}

const LEVELS: readonly KeyLevel[] = ['device', 'terminal-master', 'base-derivation', 'working', 'platform'];

/** Keys as trees by their parents; a key whose parent is not there is the top of one. Keys in a circle stand alone. */
export function keyForests(keys: readonly KeyView[]): readonly KeyForest[] {
  const names = new Set(keys.map(({ name }) => name));
  const children = Map.groupBy(keys, ({ parent }) => (parent !== null && names.has(parent) ? parent : ''));
  const placed = new Set<string>();
  const nodeOf = (key: KeyView): KeyNode => {
    placed.add(key.name);
    const below = (children.get(key.name) ?? []).filter(({ name }) => !placed.has(name)).map(nodeOf);
    return { key, below };
  };
  const tops = (children.get('') ?? []).map(nodeOf);
  const alone = keys.filter(({ name }) => !placed.has(name)).map((key) => ({ key, below: [] }));
  const trees = [...tops, ...alone];
  return LEVELS.map((level) => ({ level, trees: trees.filter(({ key }) => key.level === level) })).filter(
    (forest) => forest.trees.length > 0,
  );
}
