import type { Bilingual } from '@zhanggui/base';
import type { ReadingNode } from '../../pure/protocol-bench/reading.ts';
import { TEXTS } from './bench-texts.ts';

interface ReadingTreeProps {
  readonly lang: keyof Bilingual;
  readonly nodes: readonly ReadingNode[];
  /** Key of the node whose place is marked: its indexes from the top, `2.0.1`. */
  readonly shown: string | undefined;
  readonly onChoose: (key: string) => void;
  readonly onPoint: (key: string | undefined) => void;
}

/** The elements of a reading with their names; pointing at one marks its place, pressing it keeps the mark. */
export function ReadingTree(props: ReadingTreeProps) {
  return (
    <nav className="pb-tree" aria-label={TEXTS.tree[props.lang]} onPointerLeave={() => props.onPoint(undefined)}>
      <Branch {...props} prefix="" />
    </nav>
  );
}

function Branch({ prefix, ...props }: ReadingTreeProps & { readonly prefix: string }) {
  const { lang, nodes, shown, onChoose, onPoint } = props;
  return (
    <ul>
      {nodes.map((node, index) => {
        const key = `${prefix}${index}`;
        return (
          <li key={key}>
            <button
              type="button"
              className="pb-node"
              aria-pressed={shown === key}
              onClick={() => onChoose(key)}
              onFocus={() => onPoint(key)}
              onBlur={() => onPoint(undefined)}
              onPointerEnter={() => onPoint(key)}
            >
              <code className="pb-label">{node.label}</code>
              <span className="pb-name">{node.name[lang]}</span>
              {node.value !== '' && <code className="pb-value">{node.value}</code>}
              {node.notes.map((note) => (
                <span className="pb-note" key={note.en}>
                  {note[lang]}
                </span>
              ))}
            </button>
            {node.children.length > 0 && <Branch {...props} nodes={node.children} prefix={`${key}.`} />}
          </li>
        );
      })}
    </ul>
  );
}
