import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { IconName } from '@zhanggui/ui/icon.tsx';
import { defineTexts } from '@zhanggui/ui/texts.ts';
import { CodePanel } from './code-panel.tsx';
import type { MethodScreen, TenderPanelProps } from './method-screen.ts';

/** A wallet on the till's screens. */
interface WalletLook {
  readonly id: string;
  readonly icon: IconName;
  /** Whose payment codes it takes, as `@zhanggui/qr` names wallets. */
  readonly wallet: string;
  readonly zh: WalletWords;
  readonly en: WalletWords;
  /** The till also has a printed code, whose orders the customer pays. */
  readonly hasFixedCode?: true;
}

interface WalletWords {
  /** What to scan. */
  readonly ask: string;
  /** Where the customer finds it. */
  readonly where: string;
}

const SHOWN_CODE: JsonObject = { show: true };
const FIXED_CODE: JsonObject = { show: true, fixedCode: true };

/** The screen of a wallet: it waits for the customer's payment code, and scanning it asks for the money at once. */
export function walletScreen({ id, icon, wallet, zh, en, hasFixedCode }: WalletLook): MethodScreen {
  const { useText } = defineTexts(id, { ask: zh.ask, where: zh.where }, { ask: en.ask, where: en.where });
  function Panel({ amountMinor, busy, submit }: TenderPanelProps) {
    const t = useText();
    return (
      <CodePanel
        ask={t('ask')}
        where={t('where')}
        busy={busy}
        onCode={(code) => submit({ code }, amountMinor)}
        onShow={() => submit(SHOWN_CODE, amountMinor)}
        {...(hasFixedCode === true ? { onFixed: () => submit(FIXED_CODE, amountMinor) } : {})}
      />
    );
  }
  return { id, icon, wallets: [wallet], Panel, ofScan: (code) => ({ code }), shownCode: SHOWN_CODE };
}
