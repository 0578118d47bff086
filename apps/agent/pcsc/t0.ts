import { concatBytes } from '@zhanggui/base';

const GET_RESPONSE = 0xc0;
/** More than any card needs; one that asks for more is given up. */
const MOST_ROUNDS = 32;

/**
 * Carries a command over T=0 where the reader takes care of procedure bytes: the expected length of a case 4 command is left
 * out, 61xx is answered by GET RESPONSE, 6Cxx by the command again with the length it names. A warning to a case 4 command has data behind
 * it too, and stays the status. EMV Book 1 clause 9.3.1.
 */
export async function transmitT0(
  transmit: (command: Uint8Array) => Promise<Uint8Array>,
  command: Uint8Array,
): Promise<Uint8Array> {
  let sent = withoutExpectedLength(command);
  let answer = await transmit(sent);
  let collected = answer.subarray(0, -2);
  const warning = sent.length < command.length && isWarning(answer) ? answer.subarray(-2) : undefined;
  if (warning !== undefined) {
    sent = Uint8Array.of(0x00, GET_RESPONSE, 0, 0, 0);
    answer = await transmit(sent);
    collected = concatBytes(collected, answer.subarray(0, -2));
  }
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const [sw1, sw2 = 0] = answer.subarray(-2);
    if (sw1 === 0x6c) sent = Uint8Array.of(...sent.subarray(0, 4), sw2);
    else if (sw1 === 0x61) sent = Uint8Array.of(0x00, GET_RESPONSE, 0, 0, sw2);
    else break;
    answer = await transmit(sent);
    collected = concatBytes(collected, answer.subarray(0, -2));
  }
  return concatBytes(collected, warning ?? answer.subarray(-2));
}

/** 62xx: the application is blocked, for one, and still tells its name. */
function isWarning(answer: Uint8Array): boolean {
  return answer.at(-2) === 0x62 || answer.at(-2) === 0x63;
}

function withoutExpectedLength(command: Uint8Array): Uint8Array {
  const dataEnd = 5 + (command[4] ?? 0);
  return command.length === dataEnd + 1 && command.length > 6 ? command.subarray(0, dataEnd) : command;
}
