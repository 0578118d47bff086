export { CardRead } from './card-read.ts';
export { type PinEntry, pinPadOf } from './pin-pad.ts';
export type * from './ports.ts';
export type * from './read.ts';
