import { concatBytes } from '@zhanggui/base';
import type { CommandApdu } from '@zhanggui/emv';
import { deriveScriptKey, scriptMacContext, verifyScriptMac } from '@zhanggui/paycrypto';
import type { Answer, ChipCard } from './chip-card.ts';
import type { RunningApplication } from './running-application.ts';

const MAC_BYTES = 8;
const PUT_DATA = 0xda;
/** Lower consecutive offline limit: how many transactions in a row the card may approve by itself. JR/T 0025.5. */
const OFFLINE_LIMIT = 0x9f58;

/** EXTERNAL AUTHENTICATE and the commands of issuer scripts, which must carry a MAC. EMV Book 3 clauses 6.5.1 to 6.5.4 and 6.5.10; Book 2 clause 9. */
export function issuerCommand(chip: ChipCard, application: RunningApplication, command: CommandApdu): Answer {
  if (command.ins === 0x82) return externalAuthenticate(application, command);
  const perform = SCRIPT_COMMANDS.get(command.ins);
  if (perform === undefined && command.ins !== PUT_DATA) return { sw: 0x6d00 };
  if ((command.cla & 0x0f) !== 0x04) return { sw: 0x6e00 };
  if (!macHolds(application, command)) return { sw: 0x6988 };
  if (perform === undefined) return putData(application, command);
  perform(chip, application);
  return { sw: 0x9000 };
}

/** Once in a transaction, after an ARQC. EMV Book 3 clause 6.5.4. */
function externalAuthenticate(application: RunningApplication, { data }: CommandApdu): Answer {
  if (!application.hasFirstCryptogram || application.issuerAuthenticated !== undefined || data === undefined)
    return { sw: 0x6985 };
  return { sw: application.authenticateIssuer(data) ? 0x9000 : 0x6300 };
}

/** APPLICATION BLOCK, APPLICATION UNBLOCK, CARD BLOCK, PIN UNBLOCK. EMV Book 3 clauses 6.5.1, 6.5.2, 6.5.3, 6.5.10. */
const SCRIPT_COMMANDS: ReadonlyMap<number, (chip: ChipCard, application: RunningApplication) => void> = new Map([
  [
    0x1e,
    (_: ChipCard, { state }: RunningApplication) => {
      state.blocked = true;
    },
  ],
  [
    0x18,
    (_: ChipCard, { state }: RunningApplication) => {
      state.blocked = false;
    },
  ],
  [
    0x16,
    ({ state }: ChipCard) => {
      state.blocked = true;
    },
  ],
  [
    0x24,
    ({ state, card }: ChipCard) => {
      state.pinTriesLeft = card.pinTryLimit;
    },
  ],
]);

/** PUT DATA of the one counter that a bank here changes. JR/T 0025.5. */
function putData({ state }: RunningApplication, { p1, p2, data = new Uint8Array(0) }: CommandApdu): Answer {
  const value = data.subarray(0, -MAC_BYTES);
  if ((p1 << 8) + p2 !== OFFLINE_LIMIT) return { sw: 0x6a88 };
  if (value[0] === undefined || value.length !== 1) return { sw: 0x6a80 };
  state.mostOfflineTransactions = value[0];
  return { sw: 0x9000 };
}

/** MAC over header, counter and cryptogram where the scheme says so, and data. EMV Book 2 clause 9.2. */
function macHolds(application: RunningApplication, { cla, ins, p1, p2, data }: CommandApdu): boolean {
  if (data === undefined || data.length < MAC_BYTES) return false;
  const { keys, atc, arqc } = application;
  const header = Uint8Array.of(cla, ins, p1, p2, data.length);
  const context = scriptMacContext(keys.profile, atc, arqc);
  const covered = concatBytes(header, context, data.subarray(0, -MAC_BYTES));
  return verifyScriptMac(deriveScriptKey(keys.scriptMac, keys.profile, atc, arqc), covered, data.subarray(-MAC_BYTES));
}
