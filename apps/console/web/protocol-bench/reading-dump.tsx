import type { Bilingual } from '@zhanggui/base';
import { hiddenUnits, type Reading, type ReadingNode } from '../../pure/protocol-bench/reading.ts';
import { TEXTS } from './bench-texts.ts';

interface ReadingDumpProps {
  readonly lang: keyof Bilingual;
  readonly reading: Reading;
  readonly shown: string | undefined;
  readonly onChoose: (key: string) => void;
}

const UNITS_PER_LINE = { byte: 16, character: 32 } as const;

/** The bytes or characters that were read, with the marked element's place; hidden values stay dots. */
export function ReadingDump({ lang, reading, shown, onChoose }: ReadingDumpProps) {
  const { units, unitName, nodes } = reading;
  const perLine = UNITS_PER_LINE[unitName];
  const hidden = hiddenUnits(reading);
  const marked = shown === undefined ? undefined : nodeAt(nodes, shown);
  const isMarked = (index: number) => marked !== undefined && index >= marked.start && index < marked.end;
  const lines = Array.from({ length: Math.ceil(units.length / perLine) }, (_, line) => line * perLine);
  return (
    <section className={`pb-dump is-${unitName}`} aria-label={TEXTS.dump[lang]}>
      {lines.map((start) => (
        <div className="pb-line" key={start}>
          <span className="pb-offset">{start.toString(16).toUpperCase().padStart(4, '0')}</span>
          <span className="pb-units">
            {units.slice(start, start + perLine).map((unit, column) => {
              const index = start + column;
              return (
                <Unit
                  key={index}
                  text={hidden[index] === true ? '•'.repeat(unitName === 'byte' ? 2 : 1) : unit}
                  marked={isMarked(index)}
                  onChoose={() => onChoose(deepestAt(nodes, index) ?? '')}
                />
              );
            })}
          </span>
        </div>
      ))}
    </section>
  );
}

interface UnitProps {
  readonly text: string;
  readonly marked: boolean;
  readonly onChoose: () => void;
}

/** One byte or character. The tree does the same for the keyboard, so this is for the pointer alone. */
function Unit({ text, marked, onChoose }: UnitProps) {
  return (
    <button type="button" tabIndex={-1} className={marked ? 'pb-unit is-marked' : 'pb-unit'} onClick={onChoose}>
      {text}
    </button>
  );
}

function nodeAt(nodes: readonly ReadingNode[], key: string): ReadingNode | undefined {
  const [first = '', ...rest] = key.split('.');
  const node = nodes[Number(first)];
  return node === undefined || rest.length === 0 ? node : nodeAt(node.children, rest.join('.'));
}

/** Key of the innermost element that a unit belongs to. */
function deepestAt(nodes: readonly ReadingNode[], index: number, prefix = ''): string | undefined {
  const found = nodes.findIndex(({ start, end }) => index >= start && index < end);
  const node = nodes[found];
  if (node === undefined) return undefined;
  const key = `${prefix}${found}`;
  return deepestAt(node.children, index, `${key}.`) ?? key;
}
