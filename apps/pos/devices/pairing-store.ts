import type { AgentPairing } from './agent-pairing.ts';

const DATABASE = 'zhanggui-devices';
const STORE = 'pairings';

/** The pairing of a till in this browser, or null. */
export async function loadPairing(tillId: string): Promise<AgentPairing | null> {
  const found = await inStore<AgentPairing | undefined>('readonly', (store) => store.get(tillId));
  return found ?? null;
}

/** Keeps a till's pairing; its key is stored as what it is, not as bytes. */
export async function savePairing(tillId: string, pairing: AgentPairing): Promise<void> {
  await inStore('readwrite', (store) => store.put(pairing, tillId));
}

export async function forgetPairing(tillId: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(tillId));
}

function inStore<Result>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<Result> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const work = database.transaction(STORE, mode);
      const request = ask(work.objectStore(STORE));
      work.oncomplete = () => {
        database.close();
        resolve(request.result as Result);
      };
      work.onabort = () => {
        database.close();
        reject(work.error);
      };
    };
  });
}
