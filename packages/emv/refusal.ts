import { Refusal } from '@zhanggui/base';

/** Where a refused input broke: see `Refusal` for `path` and `offset`. */
export interface Place {
  readonly path?: string;
  readonly offset?: number;
  readonly cause?: unknown;
}

/** The one kind of error this package throws. `code` names the broken rule; the refused bytes are never in the message. */
export class EmvRefusal extends Refusal {}

/** A data object that is not BER-TLV as EMV Book 3 Annex B wants it. `path` holds the tags from the outside in: `6F.A5.88`. */
export class TlvError extends EmvRefusal {
  /** The tag that was being read, as far as it was read. */
  readonly tag: string;

  constructor(code: string, message: string, place: Place & { readonly tag: string }) {
    super(code, message, place);
    this.tag = place.tag;
  }
}
