import { Refusal } from '@zhanggui/base';

/** A wallet's message, signature, key or ciphertext was refused; the message never repeats keys, codes or plaintext. */
export class WalletRefusal extends Refusal {}
