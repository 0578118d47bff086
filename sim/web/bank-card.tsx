import { useLanguage } from '@zhanggui/ui/language.ts';
import type { CardFace } from './reader-api.ts';
import { useText } from './reader-texts.ts';

interface BankCardProps {
  readonly card: CardFace;
  readonly disabled: boolean;
  readonly chosen: boolean;
  readonly onChoose: (card: CardFace) => void;
}

/** A drawn bank card that can be held to the reader, with what trying it shows under it. */
export function BankCard({ card, disabled, chosen, onChoose }: BankCardProps) {
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const t = useText();
  return (
    <button
      type="button"
      className={`card-choice ${chosen ? 'is-chosen' : ''}`}
      disabled={disabled}
      data-card={card.id}
      onClick={() => onChoose(card)}
    >
      <span className={`plastic face-${card.face}`} aria-hidden="true">
        <span className="plastic-top">
          <b>{card.issuer[language]}</b>
          <i>{t(card.kind)}</i>
        </span>
        <span className="plastic-middle">
          {card.entryMode === 'swipe' ? <span className="stripe" /> : <Chip />}
          {card.entryMode === 'contactless' && <Waves />}
        </span>
        <span className="plastic-number num">{card.maskedPan}</span>
        <span className="plastic-bottom">
          <span className="num">
            <small>{t('validThru')}</small> {card.expiry.slice(2)}/{card.expiry.slice(0, 2)}
          </span>
          <em>UnionPay 银联</em>
        </span>
      </span>
      <span className="card-words">
        <b>{card.title[language]}</b>
        <span>{card.note[language]}</span>
      </span>
    </button>
  );
}

function Chip() {
  return (
    <svg width="40" height="30" viewBox="0 0 40 30" aria-hidden="true">
      <rect x="0.5" y="0.5" width="39" height="29" rx="5" fill="#e3c98d" stroke="#b2925033" />
      <path
        d="M0 10h13v10H0M40 10H27v10h13M13 10V0m14 10V0M13 20v10m14-10v10M13 15h14"
        fill="none"
        stroke="#8a6f37"
        strokeWidth="1.2"
      />
    </svg>
  );
}

function Waves() {
  return (
    <svg width="26" height="28" viewBox="0 0 26 28" aria-hidden="true">
      <path
        d="M5 9c2.600 3 2.600 7 0 10M11 5c4.600 5.300 4.600 12.700 0 18M17 1c6.700 7.700 6.700 18.300 0 26"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
