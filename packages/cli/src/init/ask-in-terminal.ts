import type { Interface } from 'node:readline/promises';
import { AssayError } from 'assay/internal';
import { printable } from '../print/terminal.ts';
import type { GuessedKeys, KeyName } from './guess-keys.ts';

const QUESTIONS: Readonly<Record<KeyName, string>> = {
  model_input_key: 'column of the question',
  target_output_key: 'column of the expected answer',
  model_output_key: 'column of answers that are there already',
  category_key: 'column of the category',
};

/** Somebody at a terminal. Enter takes what stands in brackets, `-` takes nothing. */
export class Conversation {
  readonly #terminal: Pick<Interface, 'question'>;

  constructor(terminal: Pick<Interface, 'question'>) {
    this.#terminal = terminal;
  }

  /** A file of one's own; undefined for the questions that come with assay. */
  async dataFile(): Promise<string | undefined> {
    const file = await this.#ask(
      'data file (CSV, JSON, JSON Lines, Parquet), Enter for ten questions that come with it',
      '',
    );
    return file === '' ? undefined : file;
  }

  async model(proposed: string): Promise<string> {
    return this.#ask('model: an embedded one, a Hugging Face id or a folder', proposed);
  }

  /** The guessed keys, each confirmed or corrected; a column that is not there is asked for again. */
  async keys(guessed: GuessedKeys, columns: readonly string[]): Promise<GuessedKeys> {
    const keys: { [K in KeyName]?: string } = {};
    for (const key of Object.keys(QUESTIONS) as KeyName[]) {
      const column = await this.#column(QUESTIONS[key], guessed[key] ?? '-', columns);
      if (column !== undefined) keys[key] = column;
    }
    return keys;
  }

  async #column(what: string, proposed: string, columns: readonly string[]): Promise<string | undefined> {
    for (;;) {
      const answer = await this.#ask(what, proposed);
      if (answer === '-') return undefined;
      // Names may end in a space that nobody types.
      const found = columns.find((column) => column === answer) ?? columns.find((column) => column.trim() === answer);
      if (found !== undefined) return found;
      process.stdout.write(
        `there is no column "${printable(answer)}"; columns: ${columns.map(printable).join(', ')}\n`,
      );
    }
  }

  async #ask(what: string, proposed: string): Promise<string> {
    const shown = proposed === '' ? '' : ` [${printable(proposed)}]`;
    const answer = await this.#terminal.question(`${what}${shown}: `).catch((thrown: Error) => {
      // Ctrl+C and Ctrl+D.
      throw thrown.name === 'AbortError'
        ? new AssayError('USAGE', 'nothing was written: the questions were left')
        : thrown;
    });
    return answer.trim() || proposed;
  }
}
