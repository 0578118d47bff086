import type { Bilingual } from '@zhanggui/base';
import {
  type CardApplication,
  type Dialogue,
  type KernelAnswer,
  type KernelOutcome,
  type KernelRequest,
  MESSAGES,
  type OnlineRequest,
} from '@zhanggui/emv';
import type { ChipLink, NoPin } from './ports.ts';
import { pinKeyOf } from './seal.ts';
import { pinQuestion, type Session, TurnKeys } from './session.ts';

/** One chip's turn: what of it outlives the kernel. */
export interface ChipTurn {
  readonly chip: ChipLink;
  readonly keys: TurnKeys;
  /** The answer to GET PROCESSING OPTIONS has come: from here on the chip works. */
  applicationStarted: boolean;
  pinBlock: Uint8Array | undefined;
  isGone: boolean;
}

/** A chip's turn begins. */
export function startTurn(session: Session, chip: ChipLink): ChipTurn {
  const turn = { chip, keys: new TurnKeys(session), applicationStarted: false, pinBlock: undefined, isGone: false };
  // Whatever settles it, the card no longer answers.
  const gone = (): void => {
    turn.isGone = true;
  };
  chip.gone.then(gone, gone);
  return turn;
}

type Asked<Ask extends KernelRequest['ask']> = Extract<KernelRequest, { ask: Ask }>;

/** Lets a kernel talk to a chip, the holder and the pad. What is to be asked of the issuer is the caller's. */
export async function talk(
  session: Session,
  turn: ChipTurn,
  dialogue: Dialogue<KernelOutcome>,
  askIssuer: (request: OnlineRequest) => Promise<KernelAnswer>,
): Promise<KernelOutcome> {
  let step = dialogue.next();
  while (step.done !== true) step = dialogue.next(await answerTo(session, turn, step.value, askIssuer));
  return step.value;
}

/** The PIN for the issuer, kept in the turn. */
export async function takeOnlinePin(
  session: Session,
  turn: Pick<ChipTurn, 'keys' | 'pinBlock'>,
  pan: string,
  prompt: Bilingual,
  until: Promise<unknown>,
): Promise<'entered' | NoPin> {
  session.tell({ state: 'waiting', step: 'pin', readers: [], prompt });
  const format = session.settings.pinBlockFormat;
  const key = pinKeyOf(await turn.keys.keys(), format);
  const taken = await session.ports.pad.online(
    { ...pinQuestion(session, prompt, pan, undefined), pan, key, format },
    until,
  );
  if (typeof taken === 'string') return taken;
  turn.pinBlock = taken.pinBlock;
  return 'entered';
}

async function answerTo(
  session: Session,
  turn: ChipTurn,
  request: KernelRequest,
  askIssuer: (request: OnlineRequest) => Promise<KernelAnswer>,
): Promise<KernelAnswer> {
  switch (request.ask) {
    case 'card':
      return request.timed === true ? transmitTimed(turn, request.command) : transmit(turn, request.command);
    case 'choose-application':
      return chosen(session, turn, request);
    case 'confirm-application':
      return confirmed(session, turn, request);
    case 'online-pin':
      return onlinePin(session, turn, request);
    case 'offline-pin':
      return offlinePin(session, turn, request);
    case 'online':
      return askIssuer(request.request);
  }
}

const GET_PROCESSING_OPTIONS = 0xa8;

async function transmit(turn: ChipTurn, command: Uint8Array): Promise<KernelAnswer> {
  const response = await turn.chip.transmit(command);
  if (response === null) return { answer: 'card-removed' };
  if (command[1] === GET_PROCESSING_OPTIONS && statusOf(response) === 0x9000) turn.applicationStarted = true;
  return { answer: 'card', response };
}

async function transmitTimed({ chip }: ChipTurn, command: Uint8Array): Promise<KernelAnswer> {
  const answer = await chip.transmitTimed(command);
  return answer === null ? { answer: 'card-removed' } : { answer: 'card', ...answer };
}

async function chosen(
  session: Session,
  turn: ChipTurn,
  { candidates, message }: Asked<'choose-application'>,
): Promise<KernelAnswer> {
  const choices = candidates.map((each, index) => ({ id: String(index), label: nameOf(each) }));
  const id = await choose(session, turn, choices, message.text);
  if (id === undefined) return interruption(turn);
  return { answer: 'chosen', index: Number(id) };
}

async function confirmed(
  session: Session,
  turn: ChipTurn,
  { candidate, message }: Asked<'confirm-application'>,
): Promise<KernelAnswer> {
  const { language } = session.request;
  const choices = [
    { id: 'yes', label: nameOf(candidate) },
    { id: 'no', label: language === 'en' ? 'No' : '否' },
  ];
  const id = await choose(session, turn, choices, message.text);
  if (id === undefined) return interruption(turn);
  return { answer: id === 'yes' ? 'confirmed' : 'refused' };
}

async function choose(
  session: Session,
  { chip }: ChipTurn,
  choices: Parameters<Session['choose']>[0],
  prompt: Bilingual,
): Promise<string | undefined> {
  const id = await session.choose(choices, prompt, interrupted(session, chip));
  session.tell({ state: 'waiting', step: 'reading', readers: [], prompt: MESSAGES.pleaseWait.text });
  return id;
}

async function onlinePin(
  session: Session,
  turn: ChipTurn,
  { pan, message }: Asked<'online-pin'>,
): Promise<KernelAnswer> {
  const until = interrupted(session, turn.chip);
  const taken = await takeOnlinePin(session, turn, pan, message.text, until);
  session.tell({ state: 'waiting', step: 'reading', readers: [], prompt: MESSAGES.pleaseWait.text });
  return taken === 'entered' ? { answer: 'pin-entered' } : noPin(turn, taken);
}

async function offlinePin(
  session: Session,
  turn: ChipTurn,
  { pin, triesLeft, message }: Asked<'offline-pin'>,
): Promise<KernelAnswer> {
  session.tell({ state: 'waiting', step: 'pin', readers: [], prompt: message.text });
  const question = pinQuestion(session, message.text, '', triesLeft);
  const taken = await session.ports.pad.offline({ ...question, form: pin }, interrupted(session, turn.chip));
  session.tell({ state: 'waiting', step: 'reading', readers: [], prompt: MESSAGES.pleaseWait.text });
  if (typeof taken === 'string') return noPin(turn, taken);
  const response = await turn.chip.transmit(taken.command);
  return response === null ? { answer: 'card-removed' } : { answer: 'pin-presented', sw: statusOf(response) };
}

function noPin(turn: ChipTurn, reason: NoPin): KernelAnswer {
  if (reason === 'bypassed') return { answer: 'pin-bypassed' };
  return reason === 'missing' ? { answer: 'pin-pad-missing' } : interruption(turn);
}

/** Which of the two it was: the card is gone, or the holder or the till has given up. */
function interruption({ isGone }: ChipTurn): KernelAnswer {
  return { answer: isGone ? 'card-removed' : 'cancelled' };
}

function interrupted(session: Session, chip: ChipLink): Promise<unknown> {
  return Promise.race([chip.gone, session.cancelled]);
}

/** The status of an answer; 0 for bytes that are none, which no caller takes for success. */
function statusOf(response: Uint8Array): number {
  return response.length < 2 ? 0 : ((response.at(-2) ?? 0) << 8) | (response.at(-1) ?? 0);
}

/** The preferred name has its own code table; the label is plain. EMV Book 1 clause 12.2.4. */
function nameOf({ label, aid }: CardApplication): string {
  return label ?? [...aid].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
