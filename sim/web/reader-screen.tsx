import { Amount } from '@zhanggui/ui/amount.tsx';
import { Button } from '@zhanggui/ui/button.tsx';
import { Icon, type IconName } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { ReactNode } from 'react';
import { PinPad } from './pin-pad.tsx';
import { chooseApplication, enterNoPin, enterPin, type ReaderRequest, type ReaderState } from './reader-api.ts';
import { useText } from './reader-texts.ts';

interface ReaderScreenProps {
  readonly readerId: string;
  readonly reader: ReaderState;
  readonly live: boolean;
  /** The card was not taken in the way it was presented. */
  readonly refused: boolean;
  readonly offeredPin: string | null;
}

/** What the reader's own screen shows. */
export function ReaderScreen({ readerId, reader, live, refused, offeredPin }: ReaderScreenProps) {
  const t = useText();
  if (!live) return <Message icon="offline" title={t('lost')} />;
  if (reader.state === 'idle') return <Message icon="card" title={t('idle')} hint={t('idleHint')} />;
  if (reader.pin !== null)
    return <PinScreen key={reader.requestId} readerId={readerId} reader={reader} offeredPin={offeredPin} />;
  if (reader.state === 'waiting' && reader.choices !== undefined)
    return <ChoiceScreen readerId={readerId} reader={reader} />;
  return <StateScreen reader={reader} refused={refused} />;
}

function PinScreen({
  readerId,
  reader,
  offeredPin,
}: {
  readonly readerId: string;
  readonly reader: ReaderRequest;
  readonly offeredPin: string | null;
}) {
  const t = useText();
  const prompt = usePrompt(reader);
  const triesLeft = reader.pin?.triesLeft ?? null;
  return (
    <div className="screen-pin">
      <Amount minor={reader.amountMinor} currency={reader.currency} size="title" />
      <h1>{prompt}</h1>
      <p className="num">{triesLeft === null ? reader.pin?.maskedPan : t('triesLeft', { count: triesLeft })}</p>
      <PinPad
        key={`${prompt}-${triesLeft}`}
        offeredPin={offeredPin}
        onEntered={(pin) => void enterPin(readerId, pin)}
        onWithout={(why) => void enterNoPin(readerId, why)}
      />
    </div>
  );
}

function ChoiceScreen({ readerId, reader }: { readonly readerId: string; readonly reader: ReaderRequest }) {
  const prompt = usePrompt(reader);
  return (
    <div className="screen-state">
      <Amount minor={reader.amountMinor} currency={reader.currency} size="title" />
      <h1>{prompt}</h1>
      <div className="screen-choices">
        {reader.choices?.map(({ id, label }) => (
          <Button key={id} size="large" wide onClick={() => void chooseApplication(readerId, reader.requestId, id)}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}

function StateScreen({ reader, refused }: { readonly reader: ReaderRequest; readonly refused: boolean }) {
  const t = useText();
  const prompt = usePrompt(reader);
  const { icon, tone, hint } = useSign(reader);
  const isCancelled = reader.state === 'cancelled';
  return (
    <div className={`screen-state is-${tone}`} role="status" data-state={reader.state}>
      <p>{t(`purpose_${reader.purpose}`)}</p>
      {reader.purpose !== 'balance' && <Amount minor={reader.amountMinor} currency={reader.currency} size="due" />}
      <div className="tap-mark">{icon}</div>
      <h1>{isCancelled ? t('cancelled') : prompt}</h1>
      <p>{refused && reader.state === 'waiting' ? t('notWanted') : hint}</p>
    </div>
  );
}

interface Sign {
  readonly icon: ReactNode;
  readonly tone: 'waiting' | 'busy' | 'good' | 'bad' | 'quiet';
  readonly hint: string;
}

/** Sign, colour and second line of a state. */
function useSign(reader: ReaderRequest): Sign {
  const t = useText();
  const sign = (name: IconName, tone: Sign['tone'], hint: string): Sign => ({
    icon: <Icon name={name} size={56} />,
    tone,
    hint,
  });
  switch (reader.state) {
    case 'waiting':
      if (reader.step === 'reading') return sign('card', 'busy', '');
      return { icon: <WayIcons readers={reader.readers ?? []} />, tone: 'waiting', hint: t('presentHint') };
    case 'presented':
      return sign('clock', 'busy', t(reader.concludes ? 'leaveIn' : 'putAway'));
    case 'concluded': {
      const words = reader.card === null ? t('lookAtTill') : t('takeCard');
      if (reader.outcome !== 'approved') return sign(reader.outcome === 'removed' ? 'alert' : 'close', 'bad', words);
      return reader.signature === true ? sign('pen', 'good', t('signHere')) : sign('check', 'good', words);
    }
    case 'failed':
      return sign('close', 'bad', t('again'));
    case 'cancelled':
      return sign('close', 'quiet', t('cancelledHint'));
  }
}

const READER_ICONS = { contact: 'insert', contactless: 'tap', stripe: 'swipe' } as const;

/** One sign for each reader that takes a card now. */
function WayIcons({ readers }: { readonly readers: NonNullable<ReaderRequest['readers']> }) {
  return (
    <span className="way-icons">
      {readers.map((reader) => (
        <Icon key={reader} name={READER_ICONS[reader]} size={44} />
      ))}
    </span>
  );
}

function Message({ icon, title, hint }: { readonly icon: IconName; readonly title: string; readonly hint?: string }) {
  return (
    <div className="screen-state is-quiet" role="status">
      <div className="tap-mark">
        <Icon name={icon} size={56} />
      </div>
      <h1>{title}</h1>
      {hint !== undefined && <p>{hint}</p>}
    </div>
  );
}

function usePrompt({ prompt }: ReaderRequest): string {
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  return prompt?.[language] ?? '';
}
