import { printable } from './terminal.ts';

const BAR_WIDTH = 24;

/** How much of one download is here, as a line. */
export class Transfer {
  readonly #startedAt = performance.now();
  #startBytes: number | undefined;

  /** @param totalBytes null where the server does not tell */
  line(name: string, doneBytes: number, totalBytes: number | null): string {
    this.#startBytes ??= doneBytes;
    const share = totalBytes === 0 ? 1 : doneBytes / (totalBytes ?? Number.POSITIVE_INFINITY);
    const filled = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH));
    const of = totalBytes === null ? '' : `/${(totalBytes / 1e6).toFixed(1)}`;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = (doneBytes - this.#startBytes) / 1e6 / Math.max(0.001, seconds);
    return [
      `${'━'.repeat(filled)}${'╌'.repeat(BAR_WIDTH - filled)}`,
      `${(doneBytes / 1e6).toFixed(1)}${of} MB`,
      `${rate.toFixed(1)} MB/s`,
      printable(name),
    ].join('  ');
  }
}
