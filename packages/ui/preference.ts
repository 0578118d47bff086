import { useSyncExternalStore } from 'react';

/** A yes-or-no setting of this device. */
export interface Preference {
  get(): boolean;
  set(value: boolean): void;
  /** The value; the component is drawn again when it changes. */
  use(): boolean;
}

/** A setting kept on this device under `key`. */
export function definePreference(key: string, standard: boolean): Preference {
  const listeners = new Set<() => void>();
  const get = () => {
    const stored = localStorage.getItem(key);
    return stored === null ? standard : stored === 'yes';
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(value) {
      localStorage.setItem(key, value ? 'yes' : 'no');
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
