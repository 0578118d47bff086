/** Strokes on a 24 × 24 grid; an icon never stands without words or a label beside it. */
const PATHS = {
  alert: 'M12 4 2.8 20h18.4L12 4Zm0 6v4.6m0 2.7v.2',
  back: 'M20 12H4m7-7-7 7 7 7',
  backspace: 'M9 5h11v14H9l-6.5-7L9 5Zm3 4.5 5 5m0-5-5 5',
  bank: 'M3 9.5 12 4l9 5.5H3ZM5.5 10v8m4.3-8v8m4.4-8v8m4.3-8v8M3 20.5h18',
  book: 'M5 4.5h11.5a2 2 0 0 1 2 2v13H7a2 2 0 0 1-2-2v-13Zm0 13a2 2 0 0 1 2-2h11.5M9 8.5h5.5',
  bubbles:
    'M9.5 4C5.6 4 3 6.3 3 9.2c0 1.700.9 3.1 2.4 4.1L5 15.5l2.4-1.2c.6.1 1.3.2 2.1.2 3.9 0 6.5-2.3 6.5-5.3S13.4 4 9.5 4Zm7 5.5c2.7.5 4.5 2.3 4.5 4.6 0 1.400-.7 2.600-1.9 3.4l.3 2-2.1-1c-3 .6-5.800-.6-6.800-2.800',
  calendar: 'M4 6h16v14H4V6Zm0 4.5h16M8 3.5v4m8-4v4',
  card: 'M2.5 6.5a1.5 1.5 0 0 1 1.5-1.5h16a1.5 1.5 0 0 1 1.5 1.5v11A1.5 1.5 0 0 1 20 19H4a1.5 1.5 0 0 1-1.5-1.5v-11Zm0 3.5h19M6 15h4',
  cash: 'M2.5 6.5h19v11h-19v-11ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM5.8 12h.2m12 0h.2',
  bytes: 'm8.5 7-5 5 5 5m7-10 5 5-5 5M13.5 5l-3 14',
  chart: 'M3.5 20.5h17M7 17v-4.5m5 4.5V6m5 11V9.5',
  check: 'm4.5 12.5 5 5 10-11',
  chevron: 'm6 9 6 6 6-6',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 4v5l3.2 2',
  close: 'M5.5 5.5l13 13m0-13-13 13',
  globe:
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm-8.2 8.5h16.4M12 3.5c4.6 4.7 4.6 12.3 0 17-4.6-4.7-4.6-12.3 0-17Z',
  hold: 'M8 5v14m8-14v14',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1m2 3.7a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  lock: 'M6 10.5h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v2.5',
  menu: 'M4 7h16M4 12h16M4 17h16',
  minus: 'M5 12h14',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10Z',
  offline:
    'M3 3l18 18M4.5 10.500a11 11 0 0 1 4-2.400m4-.5a11 11 0 0 1 7 2.900M8 14a6 6 0 0 1 3.5-1.500m4.5 1.500M12 18.500v.1',
  open: 'M14 4h6v6m0-6-9.5 9.5M10 5H5v14h14v-5',
  pen: 'M4 20l1-4.500L16.500 4a2 2 0 0 1 2.800 0l.7.7a2 2 0 0 1 0 2.800L8.500 19 4 20Zm10.500-14 3.500 3.500',
  phone:
    'M7.5 3h9A1.5 1.5 0 0 1 18 4.500v15a1.5 1.5 0 0 1-1.5 1.500h-9A1.5 1.5 0 0 1 6 19.500v-15A1.5 1.5 0 0 1 7.5 3ZM10.5 18h3',
  plus: 'M12 5v14M5 12h14',
  print: 'M7 9V3.500h10V9M7 17H3.500V9h17v8H17M7 14h10v6.500H7V14Z',
  qr: 'M4 4h6v6H4V4Zm10 0h6v6h-6V4ZM4 14h6v6H4v-6Zm10 0h2.500v2.500H14V14Zm3.5 3.500H20V20h-2.500v-2.500ZM20 14v.1M14 20v.1',
  receipt: 'M5.5 3.500h13v17l-2.6-1.7-2 1.7-1.9-1.7-1.9 1.7-2-1.7-2.6 1.700v-17ZM9 8.500h6m-6 4h6',
  refund: 'M4 9.5h11a4.5 4.5 0 0 1 0 9h-4M8.5 5 4 9.5 8.5 14',
  repeat: 'M4 12a8 8 0 0 1 13.7-5.600L20 8.500M20 4v4.500h-4.500M20 12a8 8 0 0 1-13.7 5.600L4 15.500M4 20v-4.500h4.5',
  scale: 'M4 19.500h16M6 19.5 7.5 10h9l1.5 9.500M5 6.500h14M12 6.500V10m0 3v3',
  scan: 'M4 8V4h4m8 0h4v4m0 8v4h-4m-8 0H4v-4m3-8v8m3.3-8v8m3.4-8v8m3.3-8v8',
  screen: 'M3 4.500h18v11.500H3V4.500Zm6 15.500h6m-3-4v4',
  search: 'M10.5 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12Zm4.5 10.5 5 5',
  shelf: 'M4 4h7v7H4V4Zm9 0h7v7h-7V4ZM4 13h7v7H4v-7Zm9 0h7v7h-7v-7Z',
  sound: 'M4 9.500h3.500L12 5.500v13l-4.5-4H4v-5Zm11.5-.5a4 4 0 0 1 0 6m2.5-8.500a8 8 0 0 1 0 11',
  split: 'M12 4v16M8 8l-4 4 4 4m8-8 4 4-4 4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.400M18.4 5.6 17 7M7 17l-1.4 1.4',
  trash: 'M4.5 7h15M9.5 7V4.500h5V7m-8 0 .8 13h9.400l.8-13M10.5 11v5.500m3-5.500v5.5',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.500c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  wallet: 'M3.5 7.5 15 4v3.5M3.5 7.5h17v12h-17v-12Zm17 4.5h-5a1.7 1.7 0 0 0 0 3.5h5',
  swipe:
    'M3 9.5h18M3 9.5V7A1.5 1.5 0 0 1 4.5 5.5h15A1.5 1.5 0 0 1 21 7v2.5M3 9.5v4M21 9.5v4M5 18h13m-3.5-3 3.5 3-3.5 3',
  insert: 'M6.5 12.5V4.5A1.5 1.5 0 0 1 8 3h8a1.5 1.5 0 0 1 1.5 1.5v8M3 12.5h18v5H3v-5Zm7-6h4m-2 13v2',
  tap: 'M4 7.5A1.5 1.5 0 0 1 5.5 6h6A1.5 1.5 0 0 1 13 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 4 16.5v-9ZM15.5 9a5 5 0 0 1 0 6m2.5-8.5a8.5 8.5 0 0 1 0 11',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
  /** Side in CSS pixels. */
  readonly size?: number;
}

/** A drawn sign that takes the colour of the text around it; hidden from screen readers, which read the words. */
export function Icon({ name, size = 22 }: IconProps) {
  return (
    <svg className="zg-icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
