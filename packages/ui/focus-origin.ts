let tabWasLast = false;
let cameByTab = false;

/** Starts to watch how the focus moves; once a page, before anything is drawn. */
export function watchFocus(): void {
  window.addEventListener(
    'keydown',
    ({ key }) => {
      tabWasLast = key === 'Tab' || (tabWasLast && key === 'Shift');
    },
    { capture: true },
  );
  window.addEventListener(
    'pointerdown',
    () => {
      tabWasLast = false;
      cameByTab = false;
    },
    { capture: true },
  );
  window.addEventListener('focusin', () => {
    cameByTab = tabWasLast;
  });
}

/**
 * Whether Enter belongs to the button or link that has the focus: only when somebody went there with Tab. After a tap, or when
 * a closing dialog gave the focus back, Enter means what the screen says it means.
 */
export function pressesButton(event: KeyboardEvent): boolean {
  const target = event.target;
  return event.key === 'Enter' && cameByTab && target instanceof HTMLElement && target.matches('button, a[href]');
}
