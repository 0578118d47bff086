import { IconButton } from '@zhanggui/ui/button.tsx';
import { EmptyState } from '@zhanggui/ui/empty-state.tsx';
import { Icon } from '@zhanggui/ui/icon.tsx';
import { Kbd } from '@zhanggui/ui/kbd.tsx';
import { nameIn, useLanguage } from '@zhanggui/ui/language.ts';
import { useState } from 'react';
import { useSend, useSetting } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { ONE_PIECE } from '../../till/cart.ts';
import { searchItems } from '../../till/catalog-index.ts';
import type { Item } from '../../till/contract.ts';
import { SHORTCUTS } from '../../till/keymap.ts';
import { ScanNotice } from './scan-notice.tsx';
import { ScanStrip } from './scan-strip.tsx';
import { Tile } from './tile.tsx';
import './shelf.css';

const FAVOURITES = 'favourites';
const ALL = 'all';

/** What is for sale: searched, by shelf, or scanned at any time. */
export function Shelf({ typed }: { readonly typed: string }) {
  const t = useText();
  const send = useSend();
  const { index, scenario, onMeasure } = useSetting();
  const [search, setSearch] = useState('');
  const [shelf, setShelf] = useState(() => (index.catalog.items.some((item) => item.favourite) ? FAVOURITES : ALL));
  const items = search.trim() === '' ? itemsOf(index.catalog.items, shelf) : searchItems(index, search);

  function take(item: Item): void {
    if (scenario.measure[item.kind]) onMeasure(item);
    else send({ kind: 'item-added', item, measure: ONE_PIECE });
  }

  return (
    <section className="shelf">
      <SearchBox
        search={search}
        onSearch={setSearch}
        onEnter={() => {
          const [first] = items;
          if (search.trim() === '' || first === undefined) return;
          setSearch('');
          take(first);
        }}
      />
      <Categories shelf={search === '' ? shelf : null} onChoose={setShelf} onLeaveSearch={() => setSearch('')} />
      {items.length === 0 ? (
        <EmptyState
          icon={search === '' ? 'shelf' : 'search'}
          title={search === '' ? t('noItems') : t('noResults', { typed: search })}
        >
          {search !== '' && t('noResultsHint')}
        </EmptyState>
      ) : (
        <div className="shelf-grid num">
          {items.map((item) => (
            <Tile key={item.id} item={item} onTake={take} />
          ))}
        </div>
      )}
      <div className="shelf-foot">
        <ScanNotice onSearch={setSearch} />
        <ScanStrip typed={typed} />
      </div>
    </section>
  );
}

function itemsOf(items: readonly Item[], shelf: string): readonly Item[] {
  if (shelf === ALL) return items;
  return items.filter((item) => (shelf === FAVOURITES ? item.favourite : item.categoryId === shelf));
}

interface SearchBoxProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly onEnter: () => void;
}

function SearchBox({ search, onSearch, onEnter }: SearchBoxProps) {
  const t = useText();
  return (
    <div className="shelf-search">
      <Icon name="search" />
      <input
        id="till-search"
        type="search"
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="done"
        aria-label={t('search')}
        placeholder={t('search')}
        value={search}
        onChange={(event) => onSearch(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) onEnter();
          if (event.key !== 'Escape') return;
          onSearch('');
          event.currentTarget.blur();
        }}
        data-testid="search"
      />
      {search === '' ? (
        <Kbd>{SHORTCUTS.search}</Kbd>
      ) : (
        <IconButton icon="close" label={t('clearSearch')} onClick={() => onSearch('')} />
      )}
    </div>
  );
}

interface CategoriesProps {
  readonly shelf: string | null;
  readonly onChoose: (shelf: string) => void;
  readonly onLeaveSearch: () => void;
}

function Categories({ shelf, onChoose, onLeaveSearch }: CategoriesProps) {
  const t = useText();
  const language = useLanguage();
  const { index } = useSetting();
  const choices = [
    ...(index.catalog.items.some((item) => item.favourite) ? [{ id: FAVOURITES, label: t('favourites') }] : []),
    ...index.catalog.categories.map((category) => ({ id: category.id, label: nameIn(language, category) })),
    { id: ALL, label: t('allItems') },
  ];
  return (
    <nav className="shelf-categories" aria-label={t('search')}>
      {choices.map(({ id, label }) => (
        <button
          type="button"
          key={id}
          aria-pressed={id === shelf}
          onClick={() => {
            onLeaveSearch();
            onChoose(id);
          }}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}
