/** A growing byte buffer that is written from the front; the codec keeps one for all the messages it packs. */
export class Output {
  bytes = new Uint8Array(4096);
  at = 0;
  /** How far the buffer has been used since it was last wiped. */
  #used = 0;

  /** Makes room for `size` more bytes and returns where they begin. */
  reserve(size: number): number {
    const start = this.at;
    const end = start + size;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, start));
      this.bytes.fill(0);
      this.bytes = grown;
    }
    this.at = end;
    if (end > this.#used) this.#used = end;
    return start;
  }

  /** Overwrites all that was written: the next message is somebody else's. */
  wipe(): void {
    this.bytes.fill(0, 0, this.#used);
    this.#used = 0;
  }
}
