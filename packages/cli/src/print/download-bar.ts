import { printable, type Terminal } from './terminal.ts';

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;

/** How much of a download is here: one redrawn line on a terminal, a line every few seconds elsewhere. */
export class DownloadBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();
  #drawnAt = 0;
  #startBytes: number | undefined;

  constructor(stream: NodeJS.WriteStream, terminal: Terminal) {
    this.#stream = stream;
    this.#terminal = terminal;
  }

  /** @param totalBytes null where the server does not tell */
  show(path: string, doneBytes: number, totalBytes: number | null): void {
    this.#startBytes ??= doneBytes;
    const now = performance.now();
    const isWhole = totalBytes !== null && doneBytes >= totalBytes;
    if (!isWhole && now - this.#drawnAt < (this.#terminal.redraw ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#drawnAt = now;
    const share = totalBytes === 0 ? 1 : doneBytes / (totalBytes ?? Number.POSITIVE_INFINITY);
    const filled = Math.round(share * BAR_WIDTH);
    const of = totalBytes === null ? '' : `/${(totalBytes / 1e6).toFixed(1)}`;
    const rate = (doneBytes - this.#startBytes) / 1e6 / Math.max(0.001, (now - this.#startedAt) / 1000);
    const line = [
      `${'━'.repeat(filled)}${'╌'.repeat(BAR_WIDTH - filled)}`,
      `${(doneBytes / 1e6).toFixed(1)}${of} MB`,
      `${rate.toFixed(1)} MB/s`,
      printable(path),
    ].join('  ');
    this.#stream.write(this.#terminal.redraw ? `\r\u001b[2K${line.slice(0, this.#terminal.columns - 1)}` : `${line}\n`);
  }

  end(): void {
    if (this.#terminal.redraw && this.#drawnAt > 0) this.#stream.write('\n');
  }
}
