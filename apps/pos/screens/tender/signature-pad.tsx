import { type Drawing, type Point, pathOf, type Stroke } from '@zhanggui/modules/payments/signature.ts';
import { Button } from '@zhanggui/ui/button.tsx';
import { type PointerEvent, useRef, useState } from 'react';
import { useText } from '../../texts.ts';
import './signature-pad.css';

const WIDTH = 600;
const HEIGHT = 240;
/** Points closer together than this are one: the packed drawing stays small and the line looks the same. */
const NEAREST = 3;

interface SignaturePadProps {
  readonly busy: boolean;
  readonly onSigned: (drawing: Drawing) => void;
  /** The customer signs on paper instead; nothing is kept here. */
  readonly onPaper: () => void;
}

/** A field to sign in with a finger, a pen or the mouse. */
export function SignaturePad({ busy, onSigned, onPaper }: SignaturePadProps) {
  const t = useText();
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const drawing = useRef(false);

  function begin(event: PointerEvent<SVGSVGElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    drawing.current = true;
    const point = pointOf(event);
    setStrokes((before) => [...before, [point]]);
  }

  function draw(event: PointerEvent<SVGSVGElement>): void {
    if (!drawing.current) return;
    const point = pointOf(event);
    setStrokes((before) => extended(before, point));
  }

  const empty = strokes.flat().length < 2;
  return (
    <div className="signature">
      <svg
        className="signature-field"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('signatureField')}
        onPointerDown={begin}
        onPointerMove={draw}
        onPointerUp={() => {
          drawing.current = false;
        }}
        onPointerCancel={() => {
          drawing.current = false;
        }}
        data-testid="signature-field"
      >
        <line x1="24" x2={WIDTH - 24} y1={HEIGHT - 48} y2={HEIGHT - 48} />
        <path d={pathOf({ width: WIDTH, height: HEIGHT, strokes })} />
      </svg>
      <div className="signature-actions">
        <Button disabled={busy} onClick={onPaper} data-testid="signed-on-paper">
          {t('signedOnPaper')}
        </Button>
        <Button
          icon="repeat"
          disabled={busy || strokes.length === 0}
          onClick={() => setStrokes([])}
          data-testid="signature-clear"
        >
          {t('signatureClear')}
        </Button>
        <Button
          kind="primary"
          size="large"
          busy={busy}
          disabled={empty}
          onClick={() => onSigned({ width: WIDTH, height: HEIGHT, strokes })}
          data-testid="signature-done"
        >
          {t('signatureDone')}
        </Button>
      </div>
    </div>
  );
}

/** Where the pointer is, in units of the pad; beside it counts as its edge. */
function pointOf(event: PointerEvent<SVGSVGElement>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  const scaled = (offset: number, side: number, units: number): number =>
    Math.max(0, Math.min(units, Math.round((offset / side) * units)));
  return {
    x: scaled(event.clientX - box.left, box.width, WIDTH),
    y: scaled(event.clientY - box.top, box.height, HEIGHT),
  };
}

function extended(strokes: readonly Stroke[], point: Point): readonly Stroke[] {
  const last = strokes.at(-1) ?? [];
  const end = last.at(-1);
  if (end !== undefined && Math.hypot(end.x - point.x, end.y - point.y) < NEAREST) return strokes;
  return [...strokes.slice(0, -1), [...last, point]];
}
