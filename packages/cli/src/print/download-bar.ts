import type { Terminal } from './terminal.ts';
import { Transfer } from './transfer.ts';

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;

/** How much of a download is here: one redrawn line on a terminal, a line every few seconds elsewhere. */
export class DownloadBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #terminal: Terminal;
  readonly #transfer = new Transfer();
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream, terminal: Terminal) {
    this.#stream = stream;
    this.#terminal = terminal;
  }

  /** @param totalBytes null where the server does not tell */
  show(path: string, doneBytes: number, totalBytes: number | null): void {
    const now = performance.now();
    const isWhole = totalBytes !== null && doneBytes >= totalBytes;
    if (!isWhole && now - this.#drawnAt < (this.#terminal.redraw ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#drawnAt = now;
    const line = this.#transfer.line(path, doneBytes, totalBytes);
    this.#stream.write(this.#terminal.redraw ? `\r\u001b[2K${line.slice(0, this.#terminal.columns - 1)}` : `${line}\n`);
  }

  end(): void {
    if (this.#terminal.redraw && this.#drawnAt > 0) this.#stream.write('\n');
  }
}
