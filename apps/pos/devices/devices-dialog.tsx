import { useQuery } from '@tanstack/react-query';
import { Button } from '@zhanggui/ui/button.tsx';
import { Dialog } from '@zhanggui/ui/dialog.tsx';
import { Field } from '@zhanggui/ui/field.tsx';
import { Segmented } from '@zhanggui/ui/segmented.tsx';
import { StateBar } from '@zhanggui/ui/state-bar.tsx';
import { type FormEvent, useState } from 'react';
import type { PairingRefusal } from './agent-pairing.ts';
import { openDrawer, printTestPage } from './print-sales.ts';
import { useDeviceText } from './texts.ts';
import { devicesOf, type ReaderChoice, useDevices } from './till-devices.ts';
import './devices.css';

interface DevicesDialogProps {
  readonly tillId: string;
  readonly onClose: () => void;
}

/** The devices of this machine: pairing with the agent, what it has, and which card reader the till uses. */
export function DevicesDialog({ tillId, onClose }: DevicesDialogProps) {
  const t = useDeviceText();
  const { pairing } = useDevices(tillId);
  return (
    <Dialog onClose={onClose} title={t('title')} testId="devices-dialog">
      <div className="devices">{pairing === null ? <Pairing tillId={tillId} /> : <Paired tillId={tillId} />}</div>
    </Dialog>
  );
}

const DEFAULT_PORT = '5120';

function Pairing({ tillId }: { readonly tillId: string }) {
  const t = useDeviceText();
  const [port, setPort] = useState(DEFAULT_PORT);
  const [code, setCode] = useState('');
  const [state, setState] = useState<'idle' | 'busy' | 'code-shape' | 'port-shape' | PairingRefusal>('idle');
  if (!globalThis.isSecureContext)
    return (
      <StateBar tone="waiting" icon="alert" role="alert">
        {t('insecure')}
      </StateBar>
    );

  async function pair(event: FormEvent): Promise<void> {
    event.preventDefault();
    const digits = code.replace(/\s/g, '');
    if (!/^\d{10}$/.test(digits)) return setState('code-shape');
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return setState('port-shape');
    setState('busy');
    const result = await devicesOf(tillId).pair(`http://127.0.0.1:${port}`, digits);
    if (result !== 'paired') setState(result);
  }

  const refused = !['idle', 'busy', 'code-shape', 'port-shape'].includes(state);
  return (
    <form className="devices-pair" onSubmit={pair}>
      <h3>{t('pairTitle')}</h3>
      <p>{t('pairHint')}</p>
      <div className="devices-pair-fields">
        <Field
          label={t('code')}
          inputMode="numeric"
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={state === 'code-shape' ? t('codeShape') : undefined}
          data-testid="pairing-code"
        />
        <Field
          label={t('port')}
          inputMode="numeric"
          autoComplete="off"
          value={port}
          onChange={(event) => setPort(event.target.value)}
          error={state === 'port-shape' ? t('portShape') : undefined}
          data-testid="agent-port"
        />
      </div>
      {refused && (
        <StateBar tone="failed" icon="alert" role="alert">
          {t(`refused_${state as PairingRefusal}`)}
        </StateBar>
      )}
      <Button type="submit" kind="primary" size="large" wide busy={state === 'busy'} data-testid="pair">
        {t('pair')}
      </Button>
    </form>
  );
}

/** What the agent says of its devices. */
interface AgentDevices {
  readonly printer: { readonly kind: 'tcp' | 'device' | 'preview'; readonly paper: number } | null;
  readonly reader: {
    readonly state: 'ready' | 'no-key' | 'no-parameters' | 'no-reader' | 'no-reader-service';
    readonly readers: readonly string[];
  };
  readonly pinPad: 'software' | null;
}

function Paired({ tillId }: { readonly tillId: string }) {
  const t = useDeviceText();
  const devices = devicesOf(tillId);
  const { reader, trouble } = useDevices(tillId);
  const [done, setDone] = useState<'printed' | 'opened' | null>(null);
  const told = useQuery({
    queryKey: ['devices', tillId],
    queryFn: () => devices.agent.get<AgentDevices>('/devices'),
    staleTime: 0,
  });
  async function act(work: () => Promise<void>, after: 'printed' | 'opened'): Promise<void> {
    setDone(null);
    await work();
    if (devices.state().trouble === null) setDone(after);
  }
  const printer = told.data?.printer ?? null;
  return (
    <>
      <StateBar tone={told.isError ? 'failed' : 'paid'} icon={told.isError ? 'alert' : 'check'} role="status">
        {told.isError ? t('refused_silent') : t('paired')}
      </StateBar>
      {told.data && <Facts told={told.data} />}
      <section>
        <h3>{t('reader')}</h3>
        <Segmented<ReaderChoice>
          label={t('reader')}
          value={reader}
          options={[
            { value: 'virtual', label: t('readerVirtual') },
            { value: 'agent', label: t('readerAgent') },
          ]}
          onChange={(choice) => devices.choose(choice)}
        />
      </section>
      <div className="devices-actions">
        <Button
          icon="print"
          disabled={printer === null}
          onClick={() => act(() => printTestPage(devices), 'printed')}
          data-testid="test-print"
        >
          {t('testPrint')}
        </Button>
        <Button
          icon="cash"
          disabled={printer === null}
          onClick={() => act(() => openDrawer(devices), 'opened')}
          data-testid="open-drawer"
        >
          {t('drawer')}
        </Button>
      </div>
      {done !== null && (
        <StateBar tone="paid" icon="check" role="status">
          {t(done)}
        </StateBar>
      )}
      {trouble !== null && (
        <StateBar tone="failed" icon="alert" role="alert">
          {t(`trouble_${trouble}`)}
        </StateBar>
      )}
      <Button kind="danger" className="devices-unpair" onClick={() => void devices.unpair()} data-testid="unpair">
        {t('unpair')}
      </Button>
    </>
  );
}

function Facts({ told: { printer, reader, pinPad } }: { readonly told: AgentDevices }) {
  const t = useDeviceText();
  return (
    <dl className="devices-facts">
      <dt>{t('printer')}</dt>
      <dd data-testid="agent-printer">
        {printer === null ? t('printerNone') : t(`printer_${printer.kind}`, { paper: printer.paper })}
      </dd>
      <dt>{t('cardReader')}</dt>
      <dd data-testid="agent-reader">{t(`reader_${reader.state}`)}</dd>
      <dt>{t('pinPad')}</dt>
      <dd>{t(pinPad === null ? 'pinPadNone' : 'pinPadSoftware')}</dd>
    </dl>
  );
}
