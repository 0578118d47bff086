import { formatMoney } from '@zhanggui/base';
import type { LinkView } from '@zhanggui/modules/sales/link-routes.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { Chip, type Tone } from '@zhanggui/ui/chip.tsx';
import { dateAndTime } from '@zhanggui/ui/clock-time.ts';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { useState } from 'react';
import { replacePlace } from '../../router.ts';
import { hrefOf } from '../../routes.ts';
import { Page } from '../page.tsx';
import { Reading, Trouble } from '../trouble.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { useLinks, useTills } from './links-queries.ts';
import { NewLinkDialog } from './new-link-dialog.tsx';
import { useLinksText } from './texts.ts';
import './links.css';

/** Orders that customers pay on their phones, and the printed codes of the tills. */
export function LinksPage({ view = 'orders' }: { readonly view: 'codes' | 'orders' | undefined }) {
  const t = useLinksText();
  const [making, setMaking] = useState(false);
  const [openId, setOpenId] = useState<string>();
  const list = useLinks();
  const opened = list.data?.links.find(({ id }) => id === openId);
  return (
    <Page
      title={t('title')}
      actions={
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)} data-testid="new-link">
          {t('newLink')}
        </Button>
      }
    >
      <div className="links-views">
        <Segmented
          label={t('title')}
          value={view}
          onChange={(next) => replacePlace({ page: 'links', ...(next === 'codes' ? { view: next } : {}) })}
          options={[
            { value: 'orders', label: t('viewOrders') },
            { value: 'codes', label: t('viewCodes') },
          ]}
        />
      </div>
      {view === 'orders' ? <Orders list={list} onOpen={setOpenId} /> : <Codes />}
      {making && (
        <NewLinkDialog
          onClose={() => setMaking(false)}
          onMade={({ id }) => {
            setMaking(false);
            setOpenId(id);
          }}
        />
      )}
      {opened && <LinkDialog key={opened.id} link={opened} onClose={() => setOpenId(undefined)} />}
    </Page>
  );
}

/** How a link stands, in the colour of its meaning. */
export const STANDING_TONES: Readonly<Record<LinkView['standing'], Tone>> = {
  open: 'indigo',
  paying: 'waiting',
  paid: 'paid',
  over: 'neutral',
  cancelled: 'neutral',
};

interface OrdersProps {
  readonly list: ReturnType<typeof useLinks>;
  readonly onOpen: (id: string) => void;
}

function Orders({ list: { data, error, refetch }, onOpen }: OrdersProps) {
  const t = useLinksText();
  const language = useLanguage();
  return (
    <>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data?.links.length === 0 && (
        <div className="box">
          <EmptyState icon="link" title={t('noLinks')}>
            {t('noLinksHint')}
          </EmptyState>
        </div>
      )}
      {data !== undefined && data.links.length > 0 && (
        <ul className="box links-list">
          {data.links.map((link) => (
            <li key={link.id}>
              <button
                type="button"
                className="links-row"
                onClick={() => onOpen(link.id)}
                data-testid="link-row"
                data-standing={link.standing}
              >
                <span className="links-what">
                  <strong>{link.title}</strong>
                  <small className="num">
                    {t('madeBy', {
                      name: nameIn(language, { name: link.staffName, nameEn: link.staffNameEn }),
                      time: dateAndTime(link.createdAt),
                    })}
                  </small>
                </span>
                <span className="links-standing">
                  <Chip tone={STANDING_TONES[link.standing]} dot>
                    {t(`standing_${link.standing}`)}
                  </Chip>
                </span>
                <b className="num links-amount">{formatMoney(link.amountMinor ?? 0)}</b>
                <Icon name="qr" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Codes() {
  const t = useLinksText();
  const language = useLanguage();
  const { data, error, refetch } = useTills();
  return (
    <>
      <p className="links-hint">
        <Icon name="qr" />
        {t('codesHint')}
      </p>
      {error && <Trouble error={error} onAgain={refetch} />}
      {data === undefined && !error && <Reading />}
      {data !== undefined && (
        <ul className="links-tills">
          {data.tills.map((till) => (
            <li key={till.id} className="box">
              <Icon name="screen" size={28} />
              <strong>{nameIn(language, till)}</strong>
              <a
                className="zg-button is-quiet is-medium"
                href={hrefOf({ page: 'shop-code', id: till.id })}
                data-testid={`shop-code-${till.id}`}
              >
                <Icon name="print" />
                <span className="zg-button-words">{t('showCode')}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
