import { type Bilingual, toHex } from '@zhanggui/base';
import {
  type DescribedNode,
  describeTlv,
  encodeTlv,
  parseDol,
  parseTlv,
  type TlvItem,
  tagInfo,
  tagInfos,
} from '@zhanggui/emv';
import { type Answer, type Call, type Command, UsageError } from '../command.ts';
import { bytesOf, remarkPlainCardData, table } from '../values.ts';

export const tlv: Command = {
  name: 'tlv',
  summary: 'BER-TLV of chip cards: read, write, look tags up, read data object lists',
  forms: ['[decode] HEX|- [--lenient]', 'encode TAG=HEX|TAG=@FILE …', 'dol HEX|-', 'tag TAG'],
  options: { lenient: { type: 'boolean', help: 'read what real cards send against the rules' } },
  examples: [
    { args: '9F02060000000001005F2A0201569505000000A000', says: 'names, values and bits of three data objects' },
    { args: 'encode 9F02=000000000100 5F2A=0156', says: 'the two as BER-TLV' },
    { args: 'dol 9F02065F2A029A03', says: 'what a card asks for' },
    { args: 'tag 9F26 --lang zh', says: 'the dictionary on one tag' },
  ],
  async run(call) {
    const [action] = call.positionals;
    switch (action) {
      case 'encode':
        return encode(call);
      case 'dol':
        return dataObjectList(call);
      case 'tag':
        return lookUp(call);
      default:
        return decode(call, action === 'decode' ? 1 : 0);
    }
  },
};

async function decode(call: Call, index: number): Promise<Answer> {
  const bytes = bytesOf(await call.data(index, 'the TLV in hexadecimal'), 'the TLV');
  const nodes = describeTlv(parseTlv(bytes, { mode: call.flag('lenient') ? 'lenient' : 'strict' }), {
    reveal: call.unmask,
  });
  if (nodes.some(holdsCardData)) remarkPlainCardData(call, index);
  return { text: nodes.flatMap((node) => lines(node, call.language, 0)).join('\n'), data: nodes.map(toJson) };
}

function holdsCardData(node: DescribedNode): boolean {
  return node.info?.sensitive === true || node.children.some(holdsCardData);
}

function lines(node: DescribedNode, language: keyof Bilingual, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const value = node.children.length > 0 ? `(${node.length} bytes)` : node.value;
  return [
    `${indent}${node.tag}  ${node.name[language]}  ${value}`.trimEnd(),
    ...node.bits.map(({ byte, bit, text }) => `${indent}    byte ${byte} bit ${bit}: ${text[language]}`),
    ...node.children.flatMap((child) => lines(child, language, depth + 1)),
  ];
}

function toJson({ tag, length, name, value, bits, children }: DescribedNode): object {
  if (children.length > 0) return { tag, length, name, children: children.map(toJson) };
  return { tag, length, name, value, ...(bits.length > 0 ? { bits } : {}) };
}

function encode(call: Call): Answer {
  const items = call.positionals.slice(1).map((word) => readItem(call, word));
  if (items.length === 0) throw new UsageError('Nothing to encode: give TAG=HEX.');
  const hex = toHex(encodeTlv(items));
  return { text: hex, data: { hex } };
}

function readItem(call: Call, text: string): TlvItem {
  const [tag = '', given = ''] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  if (tag === '') throw new UsageError('A data object is written TAG=HEX or TAG=@FILE.');
  if (given.startsWith('@')) return { tag, value: bytesOf(call.file(given.slice(1)), `the file for tag ${tag}`) };
  if (tagInfo(tag.toUpperCase())?.sensitive === true)
    throw new UsageError(
      `Tag ${tag} names a card or its holder and is not taken as an argument, which others can see: use ${tag}=@FILE.`,
    );
  return { tag, value: bytesOf(given, `the value of tag ${tag}`) };
}

async function dataObjectList(call: Call): Promise<Answer> {
  const entries = parseDol(bytesOf(await call.data(1, 'the list in hexadecimal'), 'the list'));
  const named = entries.map(({ tag, length }) => ({ tag, length, name: tagInfo(tag)?.name }));
  const text = table(
    named.map(({ tag, length, name }) => [tag, `${length} bytes  ${name?.[call.language] ?? ''}`.trimEnd()]),
  );
  return { text, data: named };
}

function lookUp(call: Call): Answer {
  const tag = (call.positionals[1] ?? '').toUpperCase();
  if (tag === '') throw new UsageError('The tag is missing.');
  const infos = tagInfos(tag);
  const text = infos
    .map(({ name, format, length, source, book }) =>
      table([
        [tag, name[call.language]],
        ['format', format],
        ['length', length],
        ['source', source],
        ['book', book],
      ]),
    )
    .join('\n\n');
  return { text: infos.length === 0 ? `${tag} is in no dictionary` : text, data: infos, negative: infos.length === 0 };
}
