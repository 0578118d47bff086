import { connect, type Socket } from 'node:net';
import {
  COMMAND,
  CONNECT_RESULT,
  connectStructure,
  contextStructure,
  frame,
  PROTOCOL_MAJOR,
  PROTOCOL_MINOR,
  type ReaderState,
  readStates,
  STRUCTURE_BYTES,
  SUCCESS,
  TRANSMIT_RESULT,
  transmitStructure,
  UNPOWER_CARD,
  versionStructure,
  wordAt,
  words,
} from './protocol.ts';

/** Where Debian's and most others' pcscd listens. */
export const PCSCD_SOCKET = '/run/pcscd/pcscd.comm';

/** The service is not there, or does not do what it was asked; `code` is that of SCard functions, 0 where there is none. */
export class PcscError extends Error {
  readonly code: number;

  constructor(message: string, code = 0, cause?: unknown) {
    super(code === 0 ? message : `${message} (${code.toString(16).toUpperCase().padStart(8, '0')})`, { cause });
    this.name = 'PcscError';
    this.code = code;
  }
}

/** A card that this process alone speaks to. */
export interface PcscCard {
  /** 1 is T=0, 2 is T=1. */
  readonly protocol: number;
  /** @throws PcscError when the card or its reader does not answer. */
  transmit(command: Uint8Array): Promise<Uint8Array>;
  /** Takes the card's power away and leaves it to others. */
  disconnect(): Promise<void>;
}

/** What of the service the readers of a terminal need. */
export interface PcscService {
  /** @throws PcscError */
  readers(): Promise<ReaderState[]>;
  /** Powers the card in a reader and takes it for this process alone. @throws PcscError when it does not answer to its reset. */
  connect(reader: string): Promise<PcscCard>;
  close(): void;
}

/** One context with pcscd. Requests on it wait for each other, as the service answers in order. */
export class PcscClient implements PcscService {
  readonly #stream: ByteStream;
  #context = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** @throws PcscError when the service is not there or speaks another version. */
  static async open(socketPath: string = PCSCD_SOCKET): Promise<PcscClient> {
    const first = await PcscClient.#openVersion(socketPath, PROTOCOL_MINOR);
    if (first instanceof PcscClient) return first;
    const second = await PcscClient.#openVersion(socketPath, first.minor);
    if (second instanceof PcscClient) return second;
    throw new PcscError('pcscd speaks another version of its protocol');
  }

  static async #openVersion(socketPath: string, minor: number): Promise<PcscClient | { readonly minor: number }> {
    const client = new PcscClient(await ByteStream.open(socketPath));
    const told = await client.#ask(COMMAND.version, versionStructure(minor), STRUCTURE_BYTES.version);
    if (wordAt(told, 8) !== SUCCESS) {
      client.close();
      if (wordAt(told, 0) !== PROTOCOL_MAJOR) throw new PcscError('pcscd speaks another version of its protocol');
      return { minor: wordAt(told, 4) };
    }
    const made = await client.#ask(COMMAND.establishContext, contextStructure(), STRUCTURE_BYTES.establishContext);
    if (wordAt(made, 8) !== SUCCESS) throw new PcscError('pcscd gives no context', wordAt(made, 8));
    client.#context = wordAt(made, 4);
    return client;
  }

  async readers(): Promise<ReaderState[]> {
    return readStates(await this.#ask(COMMAND.readersState, new Uint8Array(0), STRUCTURE_BYTES.readersState));
  }

  async connect(reader: string): Promise<PcscCard> {
    const told = await this.#ask(COMMAND.connect, connectStructure(this.#context, reader), STRUCTURE_BYTES.connect);
    const code = wordAt(told, CONNECT_RESULT.code);
    if (code !== SUCCESS) throw new PcscError('the card cannot be connected', code);
    const card = wordAt(told, CONNECT_RESULT.card);
    const protocol = wordAt(told, CONNECT_RESULT.protocol);
    return {
      protocol,
      transmit: (command) => this.#transmit(card, protocol, command),
      disconnect: () => this.#disconnect(card),
    };
  }

  close(): void {
    this.#stream.close();
  }

  #transmit(card: number, protocol: number, command: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      this.#stream.write(frame(COMMAND.transmit, transmitStructure(card, protocol, command.length), command));
      const told = await this.#stream.read(STRUCTURE_BYTES.transmit);
      const code = wordAt(told, TRANSMIT_RESULT.code);
      if (code !== SUCCESS) throw new PcscError('the card does not answer', code);
      return this.#stream.read(wordAt(told, TRANSMIT_RESULT.length));
    });
  }

  async #disconnect(card: number): Promise<void> {
    const told = await this.#ask(COMMAND.disconnect, words(card, UNPOWER_CARD, 0), STRUCTURE_BYTES.disconnect);
    const code = wordAt(told, 8);
    if (code !== SUCCESS) throw new PcscError('the card cannot be let go', code);
  }

  #ask(command: number, structure: Uint8Array, answerBytes: number): Promise<Uint8Array> {
    return this.#inTurn(() => {
      this.#stream.write(frame(command, structure));
      return this.#stream.read(answerBytes);
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** A socket read in pieces of known length, by one reader at a time. */
class ByteStream {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { readonly length: number; readonly done: PromiseWithResolvers<Uint8Array> } | undefined;
  #ended: PcscError | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#serve();
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(undefined));
  }

  static open(path: string): Promise<ByteStream> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const refuse = (error: Error): void => reject(new PcscError('pcscd is not there', 0, error));
      socket.once('error', refuse);
      socket.once('connect', () => {
        socket.off('error', refuse);
        resolve(new ByteStream(socket));
      });
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  read(length: number): Promise<Uint8Array> {
    const done = Promise.withResolvers<Uint8Array>();
    this.#waiting = { length, done };
    this.#serve();
    return done.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (this.#received.length >= waiting.length) {
      this.#waiting = undefined;
      const piece = Uint8Array.from(this.#received.subarray(0, waiting.length));
      this.#received = this.#received.subarray(waiting.length);
      waiting.done.resolve(piece);
    } else if (this.#ended !== undefined) {
      this.#waiting = undefined;
      waiting.done.reject(this.#ended);
    }
  }

  #end(cause: unknown): void {
    this.#ended ??= new PcscError('pcscd has gone', 0, cause);
    this.#serve();
  }
}
