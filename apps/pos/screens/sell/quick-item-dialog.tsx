import { parseDecimal } from '@zhanggui/base';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { type FormEvent, useState } from 'react';
import { api } from '../../api.ts';
import { useCommand } from '../../controller/use-command.ts';
import { useCommandKey } from '../../controller/use-command-key.ts';
import { useSend, useSetting } from '../../controller/use-till.ts';
import { useText } from '../../texts.ts';
import { ONE_PIECE } from '../../till/cart.ts';
import type { Item } from '../../till/contract.ts';

interface QuickItemDialogProps {
  /** The code that was scanned. */
  readonly code: string;
  readonly onClose: () => void;
}

/** Adds an item that the shop does not know yet, without leaving the sale. */
export function QuickItemDialog({ code, onClose }: QuickItemDialogProps) {
  const t = useText();
  const send = useSend();
  const { reloadCatalog, onMeasure } = useSetting();
  const keyFor = useCommandKey();
  const [name, setName] = useState('');
  const [price, setPrice] = useState('');
  const [kind, setKind] = useState<Item['kind']>('piece');
  const { busy, refusal, run, refuse } = useCommand();

  function submit(event: FormEvent): void {
    event.preventDefault();
    const unitPriceMinor = readPrice(price);
    if (unitPriceMinor === undefined) refuse(t('priceInvalid'));
    else void run(() => save(unitPriceMinor));
  }

  async function save(unitPriceMinor: number): Promise<void> {
    const barcodes = /^\d{8,14}$/.test(code) ? [code] : [];
    const body = { code, name: name.trim(), kind, unitPriceMinor, barcodes };
    const item = await api.send<Item>('POST', '/catalog/items', body, { idempotencyKey: keyFor(body) });
    await reloadCatalog();
    onClose();
    if (item.kind === 'weighed') onMeasure(item);
    else send({ kind: 'item-added', item, measure: ONE_PIECE });
  }

  return (
    <Dialog onClose={onClose} title={t('quickItemTitle')} testId="quick-item-dialog">
      <form className="zg-form" onSubmit={submit}>
        <Field label={t('itemCode')} value={code} readOnly />
        <Field
          label={t('itemName')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          autoFocus
        />
        <Segmented<Item['kind']>
          label={t('soldBy')}
          value={kind}
          options={[
            { value: 'piece', label: t('byPiece') },
            { value: 'weighed', label: t('byWeight') },
          ]}
          onChange={setKind}
        />
        <Field
          label={t('itemPrice')}
          value={price}
          inputMode="decimal"
          onChange={(event) => setPrice(event.target.value)}
          error={refusal ?? undefined}
          required
        />
        <Button type="submit" kind="primary" size="large" wide busy={busy} disabled={name.trim() === ''}>
          {t('saveAndAdd')}
        </Button>
      </form>
    </Dialog>
  );
}

/** Whole fen of a typed price above zero, or undefined. */
function readPrice(typed: string): number | undefined {
  if (!/^\d{1,9}(?:\.\d{1,2})?$/.test(typed.trim())) return undefined;
  const minor = parseDecimal(typed.trim());
  return minor > 0 ? minor : undefined;
}
