import { toHex } from '@zhanggui/base';
import {
  bitWords,
  buildDol,
  parseAfl,
  parseCvmList,
  parseDol,
  processingRestrictions,
  readCounters,
  terminalRiskManagement,
  velocityWanted,
} from '@zhanggui/emv';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { play, tagValuesOf } from './apdu-traces.ts';
import { bytesOf } from './emv-tlv.ts';

interface LogEntry {
  readonly pan: string;
  readonly amount: number;
}

interface ScriptedExchange {
  readonly command: string;
  readonly response: string;
}

const hexByte = (byte: number): string => toHex(Uint8Array.of(byte));

function riskManagement(inputs: Inputs): unknown {
  const card = tagValuesOf(inputs.icc);
  const script = (inputs.apduExchanges ?? []) as readonly ScriptedExchange[];
  const log = (inputs.transactionLog ?? []) as readonly LogEntry[];
  const exchanges = script.map(({ command, response }) => [command, response] as const);
  const counters = velocityWanted(card) ? play(readCounters(), exchanges) : undefined;
  const { tvr, tsi } = terminalRiskManagement({
    terminal: tagValuesOf(inputs.terminal),
    transaction: tagValuesOf(inputs.transaction),
    card,
    log: log.map(({ pan, amount }) => ({ pan, amountMinor: amount })),
    ...(counters === undefined ? {} : { counters }),
  });
  return { tvr: toHex(tvr), tsi: toHex(tsi) };
}

const outcomes: Kinds = {
  'processing-restrictions': (inputs) => {
    const { tvr } = processingRestrictions({
      terminal: tagValuesOf(inputs.terminal),
      transaction: tagValuesOf(inputs.transaction),
      card: tagValuesOf(inputs.icc),
    });
    return { tvr: toHex(tvr) };
  },
  'risk-management': riskManagement,
  'cvm-list': (inputs) => {
    const { amountXMinor, amountYMinor, rules } = parseCvmList(bytesOf(inputs.tag8E));
    return {
      amountX: amountXMinor,
      amountY: amountYMinor,
      rules: rules.map(({ applyNextIfUnsuccessful, method, condition }) => ({
        applyNextIfUnsuccessful,
        cvm: hexByte(method),
        condition: hexByte(condition),
      })),
    };
  },
  'dol-parse': (inputs) => {
    const entries = parseDol(bytesOf(inputs.dol));
    const dataLength = entries.reduce((sum, { length }) => sum + length, 0);
    return new Facts({
      entries,
      items: entries,
      dol: entries,
      dataLength,
      length: dataLength,
      totalLength: dataLength,
    });
  },
  'dol-build': (inputs) => {
    const sources = inputs.sources as readonly unknown[];
    return { data: toHex(buildDol(bytesOf(inputs.dol), ...sources.map(tagValuesOf))) };
  },
  afl: (inputs) => ({ entries: parseAfl(bytesOf(inputs.tag94)) }),
  'tvr-bits': (inputs) => ({
    bits: bitWords('TVR', bytesOf(inputs.tvr)).map(({ byte, bit, text }) => `byte ${byte} bit ${bit}: ${text.en}`),
  }),
};

/** emv-kernel: the terminal's decisions, and what they read. */
export const kinds: Kinds = {
  ...outcomes,
  error: (inputs, context) => {
    const run = outcomes[String(inputs.op)];
    if (run === undefined) throw new RangeError(`unknown operation "${String(inputs.op)}"`);
    return run(inputs, context);
  },
};
