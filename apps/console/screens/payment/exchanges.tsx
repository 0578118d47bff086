import { clockTime } from '@zhanggui/ui/clock-time.ts';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { useText } from '../../texts.ts';
import { type Exchange, laidOut, type Said } from './timeline-entries.ts';

/** Messages to and from the outside, masked and folded; opening one shows it whole. */
export function Exchanges({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const messages = exchanges.flatMap(({ request, answer }, turn) => [
    ...(request ? [{ said: request, direction: 'request' as const, turn }] : []),
    ...(answer ? [{ said: answer, direction: 'answer' as const, turn }] : []),
  ]);
  if (messages.length <= SHOWN) return <Messages messages={messages} />;
  const left = messages.slice(0, -SHOWN);
  return (
    <>
      <Earlier messages={left} />
      <Messages messages={messages.slice(-SHOWN)} />
    </>
  );
}

/** One question and its answer are shown; what was asked the same way before is folded. */
const SHOWN = 2;

interface Message {
  readonly said: Said;
  readonly direction: 'request' | 'answer';
  /** Which exchange of its entry it belongs to. */
  readonly turn: number;
}

function Earlier({ messages }: { readonly messages: readonly Message[] }) {
  const t = useText();
  return (
    <details className="earlier">
      <summary>
        <Icon name="chevron" size={18} />
        {t('messagesEarlier', { count: messages.length })}
      </summary>
      <Messages messages={messages} />
    </details>
  );
}

function Messages({ messages }: { readonly messages: readonly Message[] }) {
  const t = useText();
  return messages.map(({ said, direction, turn }) => (
    <details key={`${turn} ${direction}`} className="message" data-testid="message">
      <summary>
        <Icon name="chevron" size={18} />
        <span>{t(direction === 'request' ? 'request' : 'answer')}</span>
        <code>{said.title}</code>
        <time dateTime={said.at}>{preciseTime(said.at)}</time>
      </summary>
      {said.text === '' ? <p>{t('noContent')}</p> : <pre>{laidOut(said.text)}</pre>}
    </details>
  ));
}

/** `14:02:31.621`: messages follow each other within milliseconds. */
function preciseTime(at: string): string {
  return `${clockTime(at)}.${at.slice(20, 23)}`;
}
