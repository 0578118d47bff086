import { concatBytes } from '@zhanggui/base';
import { type CommandApdu, commandCase, type ResponseApdu } from './apdu.ts';
import { EmvRefusal } from './refusal.ts';

/** Most TPDUs one command may take; a card that asks for more is refused. */
export const MAX_T0_EXCHANGES = 600;

/**
 * Carries one command over T=0: yields each TPDU part to send and takes what the card returns for it, which is procedure
 * bytes, data and status as one piece. No I/O: the caller drives it.
 * EMV Contact Interface Specification (Book 1) clauses 9.2.2 and 9.3.1; Annex A shows the exchanges.
 *
 * Procedure bytes: 60 means wait; INS means send or take all the data that is left, INS xor FF one byte; 61xx asks for GET
 * RESPONSE of xx bytes, 6Cxx for the same command again with Le xx. A warning 62xx, 63xx or a 9xxx other than 9000 after the
 * data of a case 4 command asks for GET RESPONSE as well and stays the final status.
 * @returns the answer the application sees.
 * @throws EmvRefusal `t0-procedure` when the card breaks the procedure; `apdu-malformed` for more than 256 answer bytes.
 */
export function* exchangeT0(command: CommandApdu): Generator<Uint8Array, ResponseApdu, Uint8Array> {
  const { cla, ins, p1, p2, data } = command;
  const kind = commandCase(command);
  const header = Uint8Array.of(cla, ins, p1, p2, data?.length ?? (command.le ?? 0) % 256);
  let reply: Reply = data === undefined ? yield* ask(header, ins) : yield* give(header, data);
  let received = reply.data;
  let warning: number | undefined;
  for (let round = 0; round < MAX_T0_EXCHANGES; round += 1) {
    const [sw1, sw2] = [reply.sw >> 8, reply.sw & 0xff];
    const answers = kind === 2 || kind === 4;
    const warned = kind === 4 && round === 0 && isWarning(reply.sw);
    if (sw1 === 0x6c && answers) {
      reply = yield* ask(Uint8Array.of(...reply.header.subarray(0, 4), sw2), reply.header[1] ?? ins);
    } else if ((sw1 === 0x61 && answers) || warned) {
      if (warned) warning = reply.sw;
      reply = yield* ask(Uint8Array.of(0x00, GET_RESPONSE, 0, 0, warned ? 0 : sw2), GET_RESPONSE);
    } else {
      return { data: received, sw: warning !== undefined && reply.sw === 0x9000 ? warning : reply.sw };
    }
    received = concatBytes(received, reply.data);
    if (received.length > 256) throw new EmvRefusal('apdu-malformed', 'the card returns more than 256 bytes of data');
  }
  throw new EmvRefusal('t0-procedure', `the card asks for more than ${MAX_T0_EXCHANGES} exchanges`);
}

const GET_RESPONSE = 0xc0;

interface Reply {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  readonly sw: number;
}

/** Sends a header without command data and collects the answer data behind the procedure bytes. */
function* ask(header: Uint8Array, ins: number): Generator<Uint8Array, Reply, Uint8Array> {
  let piece = withoutNulls(yield header);
  const collected: Uint8Array[] = [];
  for (let round = 0; round < MAX_T0_EXCHANGES; round += 1) {
    if (piece.length === 2 && isStatus(piece)) return { header, data: concatBytes(...collected), sw: statusOf(piece) };
    if (piece[0] === ins && piece.length < 3) {
      piece = concatBytes(piece, yield new Uint8Array(0));
      continue;
    }
    if (piece[0] === ins) {
      const data = piece.subarray(1, -2);
      return { header, data: concatBytes(...collected, data), sw: statusOf(piece.subarray(-2)) };
    }
    if (piece[0] !== (ins ^ 0xff) || piece.length < 2) break;
    // One byte at a time: what follows that byte is the next procedure byte, in this piece or the next.
    collected.push(piece.subarray(1, 2));
    const rest = withoutNulls(piece.subarray(2));
    piece = rest.length === 0 ? withoutNulls(yield new Uint8Array(0)) : rest;
  }
  throw new EmvRefusal('t0-procedure', 'the card returns no procedure byte that EMV knows');
}

/** Sends a header, then the command data as the procedure bytes ask for it: all that is left, or one byte. */
function* give(header: Uint8Array, data: Uint8Array): Generator<Uint8Array, Reply, Uint8Array> {
  const ins = header[1] ?? 0;
  let piece = withoutNulls(yield header);
  let sent = 0;
  while (!(piece.length === 2 && isStatus(piece))) {
    const one = piece[0] === (ins ^ 0xff);
    if (piece.length !== 1 || sent >= data.length || (piece[0] !== ins && !one))
      throw new EmvRefusal('t0-procedure', 'the card returns no procedure byte that EMV knows');
    const end = one ? sent + 1 : data.length;
    piece = withoutNulls(yield data.subarray(sent, end));
    sent = end;
  }
  return { header, data: new Uint8Array(0), sw: statusOf(piece) };
}

function withoutNulls(piece: Uint8Array): Uint8Array {
  let start = 0;
  while (piece[start] === 0x60) start += 1;
  return piece.subarray(start);
}

function isStatus(piece: Uint8Array): boolean {
  const sw1 = piece[0] ?? 0;
  return (sw1 & 0xf0) === 0x60 ? sw1 !== 0x60 : (sw1 & 0xf0) === 0x90;
}

function statusOf(piece: Uint8Array): number {
  return ((piece[0] ?? 0) << 8) | (piece[1] ?? 0);
}

function isWarning(sw: number): boolean {
  const sw1 = sw >> 8;
  return sw1 === 0x62 || sw1 === 0x63 || ((sw1 & 0xf0) === 0x90 && sw !== 0x9000);
}
