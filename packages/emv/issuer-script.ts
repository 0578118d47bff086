import { concatBytes } from '@zhanggui/base';
import { EmvRefusal } from './refusal.ts';
import type { TlvNode } from './tlv.ts';

/** One script of the issuer. EMV Book 3 clause 10.10. */
export interface IssuerScript {
  /** Template 71 is performed before the final GENERATE AC, 72 after it. */
  readonly phase: 'before-final' | 'after-final';
  /** Four bytes of 9F18, zeros when the script has none. */
  readonly identifier: Uint8Array;
  /** Commands in order, as they go to the card. */
  readonly commands: readonly Uint8Array[];
}

/** How a script went. EMV Book 4 Annex A5. */
export type ScriptProgress =
  | { readonly outcome: 'not-performed' | 'successful' }
  /** The command with this number, counted from 1, was answered with neither 9000 nor a warning. */
  | { readonly outcome: 'failed'; readonly command: number };

/**
 * Scripts among the data objects of the issuer's answer, in order. EMV Book 3 clause 10.10, Annex E.
 * @throws EmvRefusal `script-malformed` when a template holds anything but one identifier of four bytes and commands.
 */
export function issuerScripts(nodes: readonly TlvNode[]): readonly IssuerScript[] {
  return nodes.filter(({ tag }) => tag === '71' || tag === '72').map(readScript);
}

/** Five bytes of issuer script results (9F5B, DF31 at UnionPay): result and command number, identifier. EMV Book 4 Annex A5. */
export function issuerScriptResult(script: IssuerScript, progress: ScriptProgress): Uint8Array {
  const number = progress.outcome === 'failed' ? Math.min(progress.command, 15) : 0;
  const result = progress.outcome === 'failed' ? 1 : progress.outcome === 'successful' ? 2 : 0;
  return concatBytes(Uint8Array.of((result << 4) | number), script.identifier);
}

function readScript(template: TlvNode): IssuerScript {
  const children = template.children ?? [];
  const identifiers = children.filter(({ tag }) => tag === '9F18');
  const sound =
    children.every(({ tag }) => tag === '9F18' || tag === '86') &&
    identifiers.length <= 1 &&
    identifiers.every(({ length }) => length === 4);
  if (!sound)
    throw new EmvRefusal('script-malformed', 'a script holds anything but one identifier and commands', {
      path: template.tag,
      offset: template.offset,
    });
  return {
    phase: template.tag === '71' ? 'before-final' : 'after-final',
    identifier: identifiers[0]?.value ?? new Uint8Array(4),
    commands: children.filter(({ tag }) => tag === '86').map(({ value }) => value),
  };
}
