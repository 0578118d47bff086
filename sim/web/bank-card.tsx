import { Icon } from '@zhanggui/ui/icon.tsx';
import { useLanguage } from '@zhanggui/ui/language.ts';
import type { CardFace, Way } from './reader-api.ts';
import { useText } from './reader-texts.ts';

interface BankCardProps {
  readonly card: CardFace;
  /** Ways in which the reader takes a card now. */
  readonly open: readonly Way[];
  readonly chosen: boolean;
  readonly onPresent: (card: CardFace, way: Way) => void;
}

const WAY_ICONS = { insert: 'insert', tap: 'tap', swipe: 'swipe', hold: 'phone' } as const;
const SCHEMES = { unionpay: 'UnionPay 银联', visa: 'Visa', mastercard: 'Mastercard' } as const;

/** A drawn bank card or phone: its face presents it in its usual way, the buttons below in any of its ways. */
export function BankCard({ card, open, chosen, onPresent }: BankCardProps) {
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const t = useText();
  const [usual = 'insert'] = card.ways;
  return (
    <article className={`card-choice ${chosen ? 'is-chosen' : ''}`}>
      <button
        type="button"
        className="card-face"
        disabled={!open.includes(usual)}
        data-card={card.id}
        onClick={() => onPresent(card, usual)}
      >
        {card.form === 'phone' ? <Phone card={card} /> : <Plastic card={card} />}
      </button>
      <span className="card-words">
        <b>{card.title[language]}</b>
        <span>{card.note[language]}</span>
      </span>
      <span className="card-hands">
        {card.ways.map((way) => (
          <button
            type="button"
            key={way}
            disabled={!open.includes(way)}
            data-way={`${card.id}-${way}`}
            aria-label={`${card.title[language]}: ${t(way)}`}
            onClick={() => onPresent(card, way)}
          >
            <Icon name={WAY_ICONS[way]} size={20} />
            {t(way)}
          </button>
        ))}
      </span>
    </article>
  );
}

function Plastic({ card }: { readonly card: CardFace }) {
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  const t = useText();
  const hasChip = card.ways.includes('insert') || card.ways.includes('tap');
  return (
    <span className={`plastic face-${card.face}`}>
      <span className="plastic-top">
        <b>{card.issuer[language]}</b>
        <i>{t(card.kind)}</i>
      </span>
      <span className="plastic-middle">
        {hasChip ? <Chip /> : <span className="stripe" />}
        {card.ways.includes('tap') && <Waves />}
      </span>
      <span className="plastic-number num">{card.maskedPan}</span>
      <span className="plastic-bottom">
        <span className="num">
          <small>{t('validThru')}</small> {card.expiry.slice(2)}/{card.expiry.slice(0, 2)}
        </span>
        <em>{SCHEMES[card.scheme]}</em>
      </span>
    </span>
  );
}

/** A phone lying across, with the card that it holds on its screen. */
function Phone({ card }: { readonly card: CardFace }) {
  const language = useLanguage() === 'en' ? 'en' : 'zh';
  return (
    <span className="handset">
      <span className={`handset-card face-${card.face}`}>
        <span className="plastic-top">
          <b>{card.issuer[language]}</b>
          <Waves />
        </span>
        <span className="plastic-number num">{card.maskedPan}</span>
        <em>{SCHEMES[card.scheme]}</em>
      </span>
    </span>
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
