import { useQuery, useQueryClient } from '@tanstack/react-query';
import { methodScreens, scenarioScreens } from '@zhanggui/plugins/registry.web.ts';
import { useState } from 'react';
import { api } from '../api.ts';
import type { OfferedMethod } from '../controller/use-till.ts';
import { type CatalogIndex, indexCatalog } from '../till/catalog-index.ts';
import type { Catalog, Method, Session, Shift, Till } from '../till/contract.ts';
import { Loading } from './gate.tsx';
import { OpenShift } from './open-shift.tsx';
import { TillRoom } from './till-room.tsx';

const TILL_KEY = 'zg.till';

interface TillGateProps {
  readonly session: Session;
  readonly onSignOut: () => void;
}

interface Shop {
  readonly tills: readonly Till[];
  readonly index: CatalogIndex;
  readonly methods: readonly OfferedMethod[];
}

/** Loads what a till needs, asks for a shift where none is open, and then sells. */
export function TillGate({ session, onSignOut }: TillGateProps) {
  const client = useQueryClient();
  const shop = useQuery({ queryKey: ['shop'], queryFn: loadShop });
  const [chosen, setChosen] = useState(() => localStorage.getItem(TILL_KEY));
  if (shop.isPending || shop.isError) return <Loading failed={shop.isError} onAgain={() => shop.refetch()} />;
  const { tills, index, methods } = shop.data;
  const till = tills.find(({ id }) => id === chosen) ?? tills[0];
  const scenario = scenarioScreens[0];
  if (till === undefined || scenario === undefined) return <Loading failed onAgain={() => shop.refetch()} />;

  function choose(tillId: string): void {
    localStorage.setItem(TILL_KEY, tillId);
    setChosen(tillId);
  }

  function setShift(tillId: string, openShift: Shift | null): void {
    client.setQueryData<Shop>(['shop'], (old) =>
      old === undefined
        ? old
        : { ...old, tills: old.tills.map((one) => (one.id === tillId ? { ...one, openShift } : one)) },
    );
  }

  if (till.openShift === null)
    return (
      <OpenShift
        key={till.id}
        tills={tills}
        till={till}
        onChoose={choose}
        onOpenElsewhere={() => void shop.refetch()}
        onOpened={(shift) => {
          choose(till.id);
          setShift(till.id, shift);
        }}
      />
    );
  return (
    <TillRoom
      key={till.id}
      session={session}
      till={till}
      firstIndex={index}
      methods={methods}
      scenario={scenario}
      onShiftClosed={() => setShift(till.id, null)}
      onSignOut={onSignOut}
    />
  );
}

async function loadShop(): Promise<Shop> {
  const [{ tills }, catalog, { methods }] = await Promise.all([
    api.get<{ tills: Till[] }>('/tills'),
    api.get<Catalog>('/catalog'),
    api.get<{ methods: Method[] }>('/methods'),
  ]);
  return { tills, index: indexCatalog(catalog), methods: offered(methods) };
}

/** The methods that the server offers, in the order of the till's own registry. */
function offered(methods: readonly Method[]): OfferedMethod[] {
  return methodScreens.flatMap((screen) => {
    const method = methods.find(({ id }) => id === screen.id);
    return method ? [{ ...method, screen }] : [];
  });
}
