import { useEffect, useLayoutEffect, useRef } from 'react';
import { pressesButton } from './focus-origin.ts';
import { type PadKey, padKeyOf } from './number-text.ts';

/** Whether keys now belong to a text field and not to the screen. */
export function typingInField(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** How many layers lie over the screen. */
export function openLayers(): number {
  return document.querySelectorAll('dialog[open]').length;
}

/**
 * Lets the keys of the keyboard work a number pad while it is on the uppermost layer; Enter accepts. It hears from the moment
 * in which it is seen. A pad in a dialog is drawn with its dialog, which opens meanwhile; a pad on the screen before any.
 */
export function usePadKeyboard(onKey: (key: PadKey) => void, onEnter: () => void): void {
  const latest = useRef({ onKey, onEnter });
  const layer = useRef<number>(undefined);
  useLayoutEffect(() => {
    latest.current = { onKey, onEnter };
  });
  useEffect(() => {
    layer.current ??= openLayers();
  }, []);
  useLayoutEffect(() => {
    function listen(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      layer.current ??= openLayers();
      if (openLayers() !== layer.current || typingInField(event) || pressesButton(event)) return;
      const key = padKeyOf(event.key);
      if (key !== undefined) latest.current.onKey(key);
      else if (event.key !== 'Enter') return;
      // Enter that is held down accepts once, and nothing of the next screen.
      else if (!event.repeat) latest.current.onEnter();
      event.preventDefault();
    }
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
