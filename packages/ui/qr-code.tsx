import encodeQr from 'qr';

interface QrCodeProps {
  readonly text: string;
  /** What a scan of it opens, for screen readers. */
  readonly label: string;
  readonly size?: number;
}

/** A QR code, dark on white in both themes so that every scanner reads it. */
export function QrCode({ text, label, size = 160 }: QrCodeProps) {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 2 });
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      className="zg-qr"
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
    >
      <rect width={rows.length} height={rows.length} fill="#fff" />
      <path d={path} fill="#111" />
    </svg>
  );
}
