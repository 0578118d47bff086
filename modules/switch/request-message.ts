import { fromHex } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerRequest, AcquirerTrace } from './api.ts';
import type { Credentials } from './credentials.ts';
import type { CardDetails } from './dialect.ts';
import { baseDerivationKeyOfKsn, workingKey } from './key-names.ts';
import type { AcquirerLine, Messenger } from './messenger.ts';
import type { Session } from './sign-on.ts';

/** Makes the messages of financial requests: takes the card, translates the PIN, encrypts the track, seals with a MAC. */
export class RequestMessages {
  readonly #vault: KeyVault;
  readonly #credentials: Credentials;
  readonly #messenger: Messenger;

  constructor(vault: KeyVault, credentials: Credentials, messenger: Messenger) {
    this.#vault = vault;
    this.#credentials = credentials;
    this.#messenger = messenger;
  }

  /** @throws Fault of the credentials or the vault, Refusal of the dialect: nothing has been sent then. */
  async build(line: AcquirerLine, session: Session, asked: AcquirerRequest): Promise<Uint8Array> {
    const { card, chip: _chip, sealedChip: _sealed, reference: _reference, answerBy: _by, ...request } = asked;
    const opened = await this.#credentials.open(card);
    if ('code' in opened) {
      const message = line.dialect.toMessage({ ...request, card: null, code: opened.code });
      return this.#messenger.seal(line, request.trace, message);
    }
    const [pinBlock, tracked, chip] = await Promise.all([
      this.#translatePin(request.trace, card, opened),
      this.#withTrack(request.trace, session, opened),
      this.#chipOf(asked, opened),
    ]);
    const unsigned = line.dialect.toMessage({
      ...request,
      card: { ...tracked, chip },
      code: null,
      ...(pinBlock === null ? {} : { pinBlock }),
    });
    return this.#messenger.seal(line, request.trace, unsigned);
  }

  async #chipOf({ chip, sealedChip }: AcquirerRequest, { chip: read }: CardDetails): Promise<Uint8Array | null> {
    if (chip !== undefined) return fromHex(chip);
    return sealedChip === undefined ? read : this.#credentials.openChip(sealedChip);
  }

  async #withTrack(
    { acquirerId, terminalId }: AcquirerTrace,
    { trackKey }: Session,
    card: CardDetails,
  ): Promise<CardDetails> {
    if (!trackKey || card.track2 === null) return card;
    const track2 = await this.#vault.encryptTrack(workingKey(acquirerId, terminalId, 'data'), card.track2);
    return { ...card, track2, trackEncrypted: true };
  }

  async #translatePin(
    { acquirerId, terminalId }: AcquirerTrace,
    card: AcquirerRequest['card'],
    { pan }: CardDetails,
  ): Promise<Uint8Array | null> {
    if (!('ksn' in card) || card.pinBlock === null) return null;
    return this.#vault.translatePin({
      bdk: baseDerivationKeyOfKsn(card.ksn),
      ksn: fromHex(card.ksn),
      pinBlock: fromHex(card.pinBlock),
      pan,
      pik: workingKey(acquirerId, terminalId, 'pin'),
    });
  }
}
