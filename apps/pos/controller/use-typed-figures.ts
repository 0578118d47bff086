import { type PadKey, typeKey } from '@zhanggui/ui/number-text.ts';
import { useEffect, useMemo, useRef, useState } from 'react';

/** Figures typed on the sale screen: cash that was handed over, or a quantity before `*`. */
export interface TypedFigures {
  /** As shown. */
  readonly shown: string;
  press(key: PadKey): void;
  /** What was typed, for a key that uses it up. */
  take(): string;
  clear(): void;
}

const LONGEST_TYPED = 8;
/** A scanner's burst is over by then and was taken out, so that its figures never flash up. */
const SHOW_AFTER_MS = 120;
const FORGET_AFTER_MS = 8000;

/** Gathers figures until they are used or forgotten. */
export function useTypedFigures(): TypedFigures {
  const typed = useRef('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [shown, setShown] = useState('');
  useEffect(() => () => clearTimeout(timer.current), []);
  const actions = useMemo(() => {
    function clear(): void {
      typed.current = '';
      clearTimeout(timer.current);
      setShown('');
    }
    function press(key: PadKey): void {
      typed.current = typeKey(typed.current, key, 2, LONGEST_TYPED);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        setShown(typed.current);
        timer.current = setTimeout(clear, FORGET_AFTER_MS);
      }, SHOW_AFTER_MS);
    }
    function take(): string {
      const taken = typed.current;
      clear();
      return taken;
    }
    return { press, take, clear };
  }, []);
  return { shown, ...actions };
}
