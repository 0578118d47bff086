import type { Bilingual } from '@zhanggui/base';
import { useId, useState } from 'react';
import { type Outcome, READERS, readAnything } from '../../pure/protocol-bench/read-anything.ts';
import type { Format, Problem, Reading } from '../../pure/protocol-bench/reading.ts';
import { EXAMPLES, FORMAT_NAMES, TEXTS } from './bench-texts.ts';
import './protocol-bench.css';
import { ReadingDump } from './reading-dump.tsx';
import { ReadingTree } from './reading-tree.tsx';

type Language = keyof Bilingual;

const FORMATS = Object.keys(READERS) as readonly Format[];

/** The page on which pasted payment data is taken apart, in the browser alone; nothing is sent or stored. */
export function ProtocolBench({ lang }: { readonly lang: Language }) {
  const [text, setText] = useState('');
  const [format, setFormat] = useState<Format>();
  const [reveal, setReveal] = useState(false);
  const inputId = useId();
  const outcome = readAnything(text, { reveal, ...(format === undefined ? {} : { format }) });
  const found = outcome.kind === 'read' ? outcome.reading.format : undefined;
  const paste = (pasted: string) => {
    setText(pasted);
    setFormat(undefined);
  };
  return (
    <section className="pb">
      <header className="pb-head">
        <h1>{TEXTS.title[lang]}</h1>
        <p>{TEXTS.promise[lang]}</p>
      </header>
      <div className="pb-input">
        <label htmlFor={inputId}>{TEXTS.input[lang]}</label>
        <textarea
          id={inputId}
          value={text}
          rows={4}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => setText(event.target.value)}
        />
        <Examples lang={lang} onChoose={paste} onClear={() => paste('')} />
      </div>
      <div className="pb-bar">
        <FormatChoice lang={lang} chosen={format} found={found} onChoose={setFormat} />
        <button
          type="button"
          role="switch"
          aria-checked={reveal}
          className="pb-chip"
          onClick={() => setReveal(!reveal)}
        >
          {TEXTS.reveal[lang]}
        </button>
      </div>
      {reveal && <p className="pb-warning">{TEXTS.revealed[lang]}</p>}
      <OutcomeView key={`${found} ${text}`} lang={lang} outcome={outcome} />
    </section>
  );
}

interface ExamplesProps {
  readonly lang: Language;
  readonly onChoose: (text: string) => void;
  readonly onClear: () => void;
}

function Examples({ lang, onChoose, onClear }: ExamplesProps) {
  return (
    <p className="pb-examples">
      <span>{TEXTS.examples[lang]}</span>
      {EXAMPLES.map(({ format, text }) => (
        <button type="button" key={format} className="pb-link" onClick={() => onChoose(text)}>
          {FORMAT_NAMES[format][lang]}
        </button>
      ))}
      <button type="button" className="pb-link pb-clear" onClick={onClear}>
        {TEXTS.clear[lang]}
      </button>
    </p>
  );
}

interface FormatChoiceProps {
  readonly lang: Language;
  /** What the person asked for; undefined lets the page recognise it. */
  readonly chosen: Format | undefined;
  /** What was recognised. */
  readonly found: Format | undefined;
  readonly onChoose: (format: Format | undefined) => void;
}

function FormatChoice({ lang, chosen, found, onChoose }: FormatChoiceProps) {
  const automatic = found === undefined ? '' : ` · ${FORMAT_NAMES[found][lang]}`;
  return (
    <fieldset className="pb-formats" aria-label={TEXTS.formats[lang]}>
      <button type="button" className="pb-chip" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
        {TEXTS.auto[lang]}
        {chosen === undefined && automatic}
      </button>
      {FORMATS.map((format) => (
        <button
          type="button"
          key={format}
          className="pb-chip"
          aria-pressed={chosen === format}
          onClick={() => onChoose(format)}
        >
          {FORMAT_NAMES[format][lang]}
        </button>
      ))}
    </fieldset>
  );
}

function OutcomeView({ lang, outcome }: { readonly lang: Language; readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case 'empty':
      return <p className="pb-empty">{TEXTS.empty[lang]}</p>;
    case 'unknown':
      return <p className="pb-empty">{TEXTS.unknown[lang]}</p>;
    case 'refused':
      return <ProblemLine lang={lang} problem={outcome.error} />;
    case 'read':
      return <ReadingView lang={lang} reading={outcome.reading} />;
  }
}

function ReadingView({ lang, reading }: { readonly lang: Language; readonly reading: Reading }) {
  const [chosen, setChosen] = useState<string>();
  const [pointed, setPointed] = useState<string>();
  const shown = pointed ?? chosen;
  const counted = reading.unitName === 'byte' ? TEXTS.bytes : TEXTS.characters;
  return (
    <>
      <h2 className="pb-title">
        {reading.title[lang]}
        <small>
          {reading.units.length} {counted[lang]}
        </small>
      </h2>
      {reading.problem !== undefined && <ProblemLine lang={lang} problem={reading.problem} />}
      <div className="pb-columns">
        <ReadingTree lang={lang} nodes={reading.nodes} shown={shown} onChoose={setChosen} onPoint={setPointed} />
        <ReadingDump lang={lang} reading={reading} shown={shown} onChoose={setChosen} />
      </div>
    </>
  );
}

function ProblemLine({ lang, problem }: { readonly lang: Language; readonly problem: Problem }) {
  const { code, message, path, offset } = problem;
  const places = [
    path === '' ? '' : `${TEXTS.at[lang]} ${path}`,
    offset === undefined ? '' : `${TEXTS.offset[lang]} ${offset}`,
  ].filter((place) => place !== '');
  return (
    <p className="pb-problem" role="status">
      <strong>{TEXTS.refused[lang]}</strong> {message}
      {places.length > 0 && ` · ${places.join(' · ')}`} <code>{code}</code>
    </p>
  );
}
