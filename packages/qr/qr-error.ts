import { Refusal } from '@zhanggui/base';

/** A payment code or QR payload was refused; the message never repeats the code itself. */
export class QrError extends Refusal {}
