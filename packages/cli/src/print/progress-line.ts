import type { Notices, RunHooks } from 'assay/internal';
import { shorten } from './fit-text.ts';
import { printable, type Terminal, terminalOf } from './terminal.ts';
import { Transfer } from './transfer.ts';

const BAR_WIDTH = 24;
/** The bar, the counts, a rate and two times. */
const FACTS_WIDTH = 56;
const LEAST_NAME = 24;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;

interface Counts {
  readonly model: string;
  readonly total: number | null;
  readonly alreadyDone: number;
  readonly startedAt: number;
  done: number;
  failed: number;
  newTokens: number;
}

/** Progress on stderr: one redrawn line on a terminal, a line every few seconds elsewhere, nothing for `none`. */
export class ProgressLine implements Notices {
  readonly #stream: NodeJS.WriteStream;
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  /** Of the models under way, in the order of their start. */
  readonly #counts = new Map<string, Counts>();
  /** Of downloads under way, by what is downloaded: the bar and the line it last showed. */
  readonly #transfers = new Map<string, { readonly bar: Transfer; line: string }>();
  #drawnAt = 0;
  #drawn = false;

  constructor(stream: NodeJS.WriteStream, terminal: Terminal, quiet: boolean) {
    this.#stream = stream;
    this.#terminal = terminal;
    this.#quiet = quiet;
  }

  /** @param display as `--display` says; by what stderr is without it */
  static onStderr(display?: string): ProgressLine {
    return new ProgressLine(process.stderr, terminalOf(process.stderr, process.env, display), display === 'none');
  }

  readonly hooks: RunHooks = {
    onModelStart: ({ model, total, alreadyDone }) => {
      this.#counts.set(model, {
        model,
        total,
        alreadyDone,
        startedAt: performance.now(),
        done: alreadyDone,
        failed: 0,
        newTokens: 0,
      });
      if (alreadyDone > 0) this.note(`${model}: ${alreadyDone} samples are on disk already`);
    },
    onRunner: ({ model, notes }) => {
      for (const note of notes) this.note(`${model}: ${note}`);
    },
    onSample: ({ model, state }) => {
      const counts = this.#counts.get(model);
      if (counts === undefined) return;
      counts.done += 1;
      if (state === 'failed' || state === 'timed_out') counts.failed += 1;
      this.#draw(false);
    },
    onRange: ({ model, samples }) => {
      const counts = this.#counts.get(model);
      if (counts === undefined) return;
      counts.done += samples;
      this.#draw(false);
    },
    onModelEnd: ({ model, error }) => {
      this.#draw(true);
      this.#counts.delete(model);
      if (error !== null) this.note(`${model} cannot go on: the reason stands at the end`);
      if (this.#counts.size === 0) this.end();
    },
    onWarning: ({ code, message }) => this.note(`${code} ${message}`),
  };

  /** Tokens as a model generates them, so that the rate moves before the first sample is done. */
  addTokens(model: string, newTokens: number): void {
    const counts = this.#counts.get(model);
    if (counts === undefined) return;
    counts.newTokens += newTokens;
    this.#draw(false);
  }

  /** How much of a download is here; the line is gone once all of it is. */
  transfer(name: string, doneBytes: number, totalBytes: number | null): void {
    const isWhole = totalBytes !== null && doneBytes >= totalBytes;
    if (isWhole && !this.#transfers.has(name)) return;
    const transfer = this.#transfers.get(name) ?? { bar: new Transfer(), line: '' };
    transfer.line = transfer.bar.line(name, doneBytes, totalBytes);
    this.#transfers.set(name, transfer);
    this.#draw(isWhole);
    if (isWhole) this.#transfers.delete(name);
  }

  /** A line above the progress; what it quotes cannot drive the terminal. */
  note(said: string): void {
    if (this.#quiet) return;
    const text = said.split('\n').map(printable).join('\n');
    this.#stream.write(this.#drawn ? `\r\u001b[2K${text}\n` : `${text}\n`);
    if (this.#drawn) this.#draw(true);
  }

  /** Leaves the line as it stands. */
  end(): void {
    if (this.#drawn) this.#stream.write('\n');
    this.#drawn = false;
    this.#counts.clear();
    this.#transfers.clear();
  }

  #draw(force: boolean): void {
    if ((this.#counts.size === 0 && this.#transfers.size === 0) || this.#quiet) return;
    const now = performance.now();
    const wait = this.#terminal.redraw ? REDRAW_MS : PLAIN_LINE_MS;
    if (!force && now - this.#drawnAt < wait) return;
    this.#drawnAt = now;
    const lines =
      this.#transfers.size > 0
        ? [...this.#transfers.values()].map(({ line }) => line)
        : [...this.#counts.values()].map((counts) => this.#line(counts, (now - counts.startedAt) / 1000));
    if (this.#terminal.redraw) {
      this.#stream.write(`\r\u001b[2K${lines.join('   ').slice(0, this.#terminal.columns - 1)}`);
      this.#drawn = true;
    } else for (const line of lines) this.#stream.write(`${line}\n`);
  }

  #line({ model, total, alreadyDone, done, failed, newTokens }: Counts, seconds: number): string {
    const fresh = done - alreadyDone;
    const parts = [shorten(printable(model), Math.max(LEAST_NAME, this.#terminal.columns - FACTS_WIDTH))];
    if (total !== null && total > 0 && this.#counts.size === 1) {
      const filled = Math.min(BAR_WIDTH, Math.round((done / total) * BAR_WIDTH));
      parts.push(`${'━'.repeat(filled)}${'╌'.repeat(BAR_WIDTH - filled)}`);
    }
    parts.push(total === null ? `${done}` : `${done}/${total}`);
    if (newTokens > 0) parts.push(`${Math.round(newTokens / Math.max(seconds, 0.001))} tok/s`);
    else if (fresh > 0) parts.push(`${rate(fresh / Math.max(seconds, 0.001))} samples/s`);
    parts.push(clock(seconds));
    if (total !== null && fresh > 0 && done < total) parts.push(`${clock((seconds / fresh) * (total - done))} left`);
    if (failed > 0) parts.push(`${failed} failed`);
    return parts.join('  ');
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, '0')}`;
}

/** Three significant digits, thousands apart: 9,760. */
function rate(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
