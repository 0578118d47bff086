import { type Bilingual, toHex } from '@zhanggui/base';
import { type CommandApdu, parseCommand, parseResponse } from '@zhanggui/emv/apdu.ts';
import { type Atr, atrFaults, parseAtr } from '@zhanggui/emv/atr.ts';
import { TlvError } from '@zhanggui/emv/refusal.ts';
import { INSTRUCTIONS, statusWords } from './card-names.ts';
import { tlvNodes } from './read-tlv.ts';
import { byteUnits, type Pasted, plainName, type Reading, type ReadingNode } from './reading.ts';

/** VERIFY and PIN CHANGE carry PIN blocks. */
const SECRET_INSTRUCTIONS: ReadonlySet<number> = new Set([0x20, 0x24]);
const HISTORICAL: Bilingual = { zh: '历史字节', en: 'historical bytes' };

/** An answer to reset. */
export function readAtr({ bytes }: Pasted): Reading | undefined {
  if (bytes === undefined || (bytes[0] !== 0x3b && bytes[0] !== 0x3f)) return undefined;
  const atr = parseAtr(bytes);
  const faults = atrFaults(atr);
  const protocols = atr.protocols.map((protocol) => `T=${protocol}`).join(', ');
  return {
    format: 'atr',
    title: { zh: `复位应答（${protocols}）`, en: `Answer to reset (${protocols})` },
    units: byteUnits(bytes),
    unitName: 'byte',
    nodes: atrNodes(bytes, atr),
    ...(faults.length === 0
      ? {}
      : {
          problem: {
            code: 'not-emv',
            message: `an EMV terminal would not accept ${faults.join(', ')}`,
            path: faults[0] ?? '',
            offset: undefined,
          },
        }),
  };
}

function atrNodes(bytes: Uint8Array, atr: Atr): readonly ReadingNode[] {
  const nodes: ReadingNode[] = [];
  const add = (label: string, name: Bilingual, length = 1): void => {
    const start = nodes.at(-1)?.end ?? 0;
    const end = start + length;
    nodes.push({ label, name, value: toHex(bytes.subarray(start, end)), notes: [], start, end, children: [] });
  };
  const direct = atr.convention === 'direct';
  add('TS', direct ? { zh: '正向约定', en: 'direct convention' } : { zh: '反向约定', en: 'inverse convention' });
  add('T0', {
    zh: `格式字节，历史字节 ${atr.historicalBytes.length} 个`,
    en: `format, ${atr.historicalBytes.length} historical bytes`,
  });
  for (const [index, group] of atr.groups.entries()) {
    const interfaceBytes = [group.ta, group.tb, group.tc, group.td];
    for (const [letter, value] of interfaceBytes.entries()) {
      if (value !== undefined) add(`T${'ABCD'[letter]}${index + 1}`, { zh: '接口字节', en: 'interface byte' });
    }
  }
  if (atr.historicalBytes.length > 0) add('T1…TK', HISTORICAL, atr.historicalBytes.length);
  if (atr.tck !== undefined)
    add(
      'TCK',
      atr.tckOk === false ? { zh: '校验字节（错误）', en: 'check byte (wrong)' } : { zh: '校验字节', en: 'check byte' },
    );
  if (atr.extraBytes > 0) add('+', { zh: '多余的字节', en: 'surplus bytes' }, atr.extraBytes);
  return nodes;
}

/** A command to the card, when its instruction is one that cards of EMV know. */
export function readCommand({ bytes, reveal }: Pasted): Reading | undefined {
  if (bytes === undefined) return undefined;
  const command = parseCommand(bytes);
  const name = INSTRUCTIONS[command.ins];
  // Class bytes 0X are those of ISO/IEC 7816-4 and 8X EMV's own; others belong to no payment card.
  if (name === undefined || (command.cla & 0x70) !== 0) return undefined;
  return {
    format: 'apdu-command',
    title: { zh: `命令：${name.zh}`, en: `Command: ${name.en}` },
    units: byteUnits(bytes),
    unitName: 'byte',
    nodes: commandNodes(bytes, command, name, reveal),
  };
}

function commandNodes(
  bytes: Uint8Array,
  command: CommandApdu,
  name: Bilingual,
  reveal: boolean,
): readonly ReadingNode[] {
  const one = (label: string, words: Bilingual, at: number): ReadingNode => ({
    label,
    name: words,
    value: toHex(bytes.subarray(at, at + 1)),
    notes: [],
    start: at,
    end: at + 1,
    children: [],
  });
  const nodes = [
    one('CLA', { zh: '类别', en: 'class' }, 0),
    one('INS', name, 1),
    one('P1', { zh: '参数 1', en: 'parameter 1' }, 2),
    one('P2', { zh: '参数 2', en: 'parameter 2' }, 3),
  ];
  const { data, le, ins } = command;
  if (data !== undefined) {
    nodes.push(one('Lc', { zh: '数据长度', en: 'length of the data' }, 4));
    const isHidden = !reveal && SECRET_INSTRUCTIONS.has(ins);
    nodes.push(dataNode(data, 5, isHidden, reveal));
  }
  if (le !== undefined) nodes.push(one('Le', { zh: '期望的应答长度', en: 'length wanted' }, bytes.length - 1));
  return nodes;
}

/** Data of a command or an answer; opened when it is BER-TLV. */
function dataNode(data: Uint8Array, start: number, isHidden: boolean, reveal: boolean): ReadingNode {
  const end = start + data.length;
  const node = { label: 'DATA', name: { zh: '数据', en: 'data' }, notes: [], start, end };
  if (isHidden) return { ...node, value: '•'.repeat(2 * data.length), hiddenFrom: start, children: [] };
  const children = tlvOrNothing(data, start, reveal);
  return { ...node, value: children.length > 0 ? '' : toHex(data), children };
}

function tlvOrNothing(data: Uint8Array, base: number, reveal: boolean): readonly ReadingNode[] {
  try {
    return tlvNodes(data, reveal, base);
  } catch (error) {
    if (error instanceof TlvError) return [];
    throw error;
  }
}

/** A card's answer: data, which must be BER-TLV or nothing, and a status that cards give. */
export function readResponse({ bytes, reveal }: Pasted): Reading | undefined {
  if (bytes === undefined) return undefined;
  const { data, sw } = parseResponse(bytes);
  const words = statusWords(sw);
  const children = tlvOrNothing(data, 0, reveal);
  if (words === undefined || (data.length > 0 && children.length === 0)) return undefined;
  const at = data.length;
  const status = sw.toString(16).toUpperCase();
  const statusNode = { label: 'SW', name: words, value: status, notes: [], start: at, end: at + 2, children: [] };
  return {
    format: 'apdu-response',
    title: { zh: `应答：${words.zh}`, en: `Answer: ${words.en}` },
    units: byteUnits(bytes),
    unitName: 'byte',
    nodes:
      data.length === 0
        ? [statusNode]
        : [{ ...dataNode(data, 0, false, reveal), name: plainName('R-APDU') }, statusNode],
  };
}
