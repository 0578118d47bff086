import { Fault, fromHex, toHex, utf8Encode } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { AcquirerRequest, OpenedCompletion, PaymentCode, SealedCard, SealedCompletion } from './api.ts';
import {
  type ReadCard,
  readCardRecord,
  readCompletionRecord,
  readVaulted,
  sealedCardMacInput,
  writeVaulted,
} from './card-record.ts';
import { chipProof } from './chip-proof.ts';
import type { CardDetails } from './dialect.ts';
import { baseDerivationKeyOfKsn } from './key-names.ts';
import { OpenedCard } from './opened-card.ts';

const VAULTED_CARD = 'switch/vaulted-card';
const CHIP_DATA = 'switch/chip-data';
const SIGNATURE = 'switch/signature';
const CARD_KEY = 'switch/card-key';
const PAR_KEY = 'switch/par-key';

/** Opens what readers sealed and seals what is kept of it; keys stay behind the vault's port. */
export class Credentials {
  readonly #vault: KeyVault;

  constructor(vault: KeyVault) {
    this.#vault = vault;
  }

  /** The card or payment code of a request. @throws Fault `secret-not-opened`. */
  async open(card: AcquirerRequest['card']): Promise<CardDetails | PaymentCode> {
    if ('vaulted' in card) return (await this.#openVaulted(card.vaulted)).kept;
    return 'code' in card ? card : OpenedCard.detailsOf(card);
  }

  /** @throws Fault `credential-refused` when the reader is not known or what it sent was changed. */
  async openCard(card: SealedCard): Promise<ReadCard> {
    return readCardRecord(await this.#openRecord(card), card);
  }

  /** @throws Fault `credential-refused`. */
  async openCompletion(completion: SealedCompletion): Promise<OpenedCompletion> {
    const read = readCompletionRecord(await this.#openRecord(completion));
    const chip = read.chip === null ? null : fromHex(read.chip);
    return { ...read, sealedChip: chip === null ? null : await this.sealChip(chip), proof: chipProof(chip) };
  }

  /** What is kept for later requests: no track, no PIN. */
  vault(kept: CardDetails | PaymentCode, ksn?: string): Promise<string> {
    return this.#vault.sealSecret(VAULTED_CARD, writeVaulted(kept, ksn));
  }

  /** The KSN under which a reader had sealed a vaulted card; null for a payment code. */
  async presentationOf(vaulted: string): Promise<string | null> {
    return (await this.#openVaulted(vaulted)).ksn;
  }

  sealChip(field55: Uint8Array): Promise<string> {
    return this.#vault.sealSecret(CHIP_DATA, field55);
  }

  /** @throws Fault `secret-not-opened`. */
  openChip(sealedChip: string): Promise<Uint8Array> {
    return this.#vault.openSecret(CHIP_DATA, sealedChip);
  }

  sealSignature(drawn: Uint8Array): Promise<string> {
    return this.#vault.sealSecret(SIGNATURE, drawn);
  }

  /** @throws Fault `secret-not-opened`. */
  openSignature(sealed: string): Promise<Uint8Array> {
    return this.#vault.openSecret(SIGNATURE, sealed);
  }

  /** A digest that is the same for each presentation of one card. */
  async cardKeyOf(pan: string): Promise<string> {
    return toHex(await this.#vault.keyedHash(CARD_KEY, utf8Encode(pan)));
  }

  /** A digest that is the same for a card and every phone that stands for it. */
  async parKeyOf(par: string): Promise<string> {
    return toHex(await this.#vault.keyedHash(PAR_KEY, utf8Encode(par)));
  }

  async #openVaulted(vaulted: string) {
    return readVaulted(await this.#vault.openSecret(VAULTED_CARD, vaulted));
  }

  async #openRecord(sealed: SealedCard | SealedCompletion): Promise<Uint8Array> {
    const record = {
      ksn: fromHex(sealed.ksn),
      sealed: fromHex(sealed.sealed),
      mac: fromHex(sealed.mac),
      macInput: sealedCardMacInput(sealed),
    };
    try {
      return await this.#vault.openDeviceRecord(baseDerivationKeyOfKsn(sealed.ksn), record);
    } catch (error) {
      const refused = error instanceof Fault && ['sealed-card-refused', 'key-missing'].includes(error.code);
      if (!refused) throw error;
      const message = {
        zh: '读卡器的数据无法验证，请重新读卡',
        en: "The reader's data cannot be verified; read the card again",
      };
      throw new Fault('credential-refused', { fields: [{ path: 'credential', message }], cause: error });
    }
  }
}
