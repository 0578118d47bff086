import { useEffect, useRef } from 'react';
import { type PadKey, padKeyOf } from './number-text.ts';

/** Whether keys now belong to a text field and not to the screen. */
export function typingInField(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Lets the keys of the keyboard work a number pad while it is on screen; Enter accepts. */
export function usePadKeyboard(onKey: (key: PadKey) => void, onEnter: () => void): void {
  const latest = useRef({ onKey, onEnter });
  useEffect(() => {
    latest.current = { onKey, onEnter };
  });
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typingInField(event)) return;
      const key = padKeyOf(event.key);
      if (key !== undefined) latest.current.onKey(key);
      else if (event.key === 'Enter') latest.current.onEnter();
      else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
