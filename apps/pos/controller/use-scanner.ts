import { useEffect, useRef } from 'react';
import { NO_SCAN, quietAfterMs, stepScan } from '../till/scan.ts';

/**
 * Hears a keyboard-wedge scanner whatever has the focus. What it typed into a text field is taken out again, and its
 * terminator presses nothing.
 */
export function useScanner(onScan: (text: string) => void): void {
  const latest = useRef(onScan);
  useEffect(() => {
    latest.current = onScan;
  });
  useEffect(() => {
    let state = NO_SCAN;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let field: { readonly input: HTMLInputElement; readonly before: string } | undefined;

    function emit(text: string): void {
      if (field) setValue(field.input, field.before);
      field = undefined;
      latest.current(text);
    }

    function listen(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const started = state.text === '';
      const step = stepScan(state, { kind: 'key', key: event.key, atMs: event.timeStamp });
      const restarted = step.state.text.length === 1;
      if ((started || restarted) && step.state.text !== '') field = fieldOf(event.target);
      state = step.state;
      clearTimeout(timer);
      if (step.scanned !== undefined) {
        event.preventDefault();
        event.stopPropagation();
        emit(step.scanned);
      } else if (state.text !== '') timer = setTimeout(fallSilent, quietAfterMs(state));
    }

    function fallSilent(): void {
      const step = stepScan(state, { kind: 'quiet', atMs: performance.now() });
      state = step.state;
      if (step.scanned !== undefined) emit(step.scanned);
    }

    window.addEventListener('keydown', listen, { capture: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', listen, { capture: true });
    };
  }, []);
}

function fieldOf(target: EventTarget | null) {
  return target instanceof HTMLInputElement ? { input: target, before: target.value } : undefined;
}

/** Sets the value in a way that React notices. */
function setValue(input: HTMLInputElement, value: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  descriptor?.set?.call(input, value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
