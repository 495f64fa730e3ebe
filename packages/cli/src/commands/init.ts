import { access, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { AssayError, missingForModel, openDataset, sharedStorage } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { Conversation } from '../init/ask-in-terminal.ts';
import { firstConfig } from '../init/first-config.ts';
import { FIRST_QUESTIONS } from '../init/first-questions.ts';
import { type Guess, type GuessedKeys, guessKeys } from '../init/guess-keys.ts';
import { printable } from '../print/terminal.ts';

export interface InitFlags {
  readonly data?: string;
  readonly model: string;
  readonly modelInputKey?: string;
  readonly targetOutputKey?: string;
  readonly modelOutputKey?: string;
  readonly categoryKey?: string;
  readonly force?: true;
}

const CONFIG = 'evaluation_config.yaml';
const QUESTIONS = 'questions.jsonl';
const LOOKED_AT = 50;

/**
 * Writes a first config. Without data of one's own, ten questions come with it; in a terminal it asks.
 * @throws AssayError USAGE where a config is there already or no column looks like a question; DATASET_* for the data
 */
export async function init(folder: string, flags: InitFlags): Promise<number> {
  const config = join(folder, CONFIG);
  if (flags.force !== true) await refuseExisting(config);
  const isAsked =
    flags.data === undefined && process.stdin.isTTY && process.stdout.isTTY && process.env.CI === undefined;
  const chosen = isAsked ? await chooseInTerminal(flags) : await chooseByFlags(flags);
  const { data, columns, keys, guesses, model } = chosen;
  if (keys.model_input_key === undefined && keys.model_output_key === undefined && !columns.includes('sent_more')) {
    throw new AssayError('USAGE', `no column of ${data} looks like a question`, {
      hint: `name it with --model-input-key; columns: ${columns.join(', ')}`,
    });
  }
  const questions = join(folder, QUESTIONS);
  const written = data === undefined ? [config, questions] : [config];
  if (flags.force !== true) for (const file of written) await refuseExisting(file);
  await sharedStorage.makeFolder(folder);
  const location = data === undefined ? QUESTIONS : relative(resolve(folder), resolve(data));
  await writeFile(config, firstConfig({ data: location.split(sep).join('/'), keys, columns, model }));
  if (data === undefined) await writeFile(questions, FIRST_QUESTIONS);
  for (const file of written) process.stdout.write(`wrote    ${printable(file)}\n`);
  for (const [key, column] of Object.entries(keys)) {
    const why = guesses.find((guess) => guess.key === key && guess.column === column)?.why;
    process.stdout.write(
      `         ${key}: ${printable(column)}${why === undefined ? '' : `   because ${printable(why)}`}\n`,
    );
  }
  const missing = keys.model_output_key === undefined ? await missingForModel(model) : [];
  if (missing.length > 0) process.stdout.write(`first    npm install ${missing.join(' ')}\n`);
  const check = data === undefined ? '' : `assay check ${printable(config)}\n         `;
  process.stdout.write(`next     ${check}assay run ${printable(config)}\n`);
  return EXIT.passed;
}

interface Choice {
  /** undefined for the questions that come with assay. */
  readonly data: string | undefined;
  readonly columns: readonly string[];
  readonly keys: GuessedKeys;
  /** Why columns were taken that nobody named. */
  readonly guesses: readonly Guess[];
  readonly model: string;
}

async function chooseByFlags(flags: InitFlags): Promise<Choice> {
  const { data, model } = flags;
  const given = givenKeys(flags);
  if (data === undefined) return { ...ownQuestions(given), model };
  const texts = await textsOf(data);
  const guesses = guessKeys(texts, given);
  const keys = { ...keysOf(guesses), ...given };
  // A name that is not there is refused with the columns that are.
  await openDataset({ input_data_location: resolve(data), ...keys });
  return { data, columns: [...texts.keys()], keys, guesses, model };
}

async function chooseInTerminal(flags: InitFlags): Promise<Choice> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const conversation = new Conversation(terminal);
    const data = await conversation.dataFile();
    if (data === undefined) return { ...ownQuestions(givenKeys(flags)), model: await conversation.model(flags.model) };
    const texts = await textsOf(data);
    const columns = [...texts.keys()];
    const guesses = guessKeys(texts, givenKeys(flags));
    process.stdout.write(`columns: ${columns.map(printable).join(', ')}\n`);
    const keys = await conversation.keys({ ...keysOf(guesses), ...givenKeys(flags) }, columns);
    return { data, columns, keys, guesses, model: await conversation.model(flags.model) };
  } finally {
    terminal.close();
  }
}

function ownQuestions(given: GuessedKeys): Omit<Choice, 'model'> {
  const columns = ['question', 'answer', 'topic'];
  const keys = { model_input_key: 'question', target_output_key: 'answer', category_key: 'topic', ...given };
  return { data: undefined, columns, keys, guesses: [] };
}

const keysOf = (guesses: readonly Guess[]): GuessedKeys =>
  Object.fromEntries(guesses.map(({ key, column }) => [key, column]));

function givenKeys(flags: InitFlags): GuessedKeys {
  const given = {
    model_input_key: flags.modelInputKey,
    target_output_key: flags.targetOutputKey,
    model_output_key: flags.modelOutputKey,
    category_key: flags.categoryKey,
  };
  return Object.fromEntries(Object.entries(given).filter(([, key]) => key !== undefined));
}

/** The columns of a file with the texts of its first rows; how it was read is said where that is not the usual. */
async function textsOf(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const dataset = await openDataset({ input_data_location: resolve(file) });
  for (const note of dataset.readingNotes()) process.stdout.write(`note     ${printable(note)}\n`);
  const texts = new Map<string, string[]>(dataset.columns().map((column) => [column, []]));
  for await (const { record } of dataset.samples({ limit: LOOKED_AT })) {
    for (const [column, value] of Object.entries(record)) {
      const isText = typeof value === 'string' || typeof value === 'number';
      if (isText) texts.get(column)?.push(String(value));
    }
  }
  return texts;
}

async function refuseExisting(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  throw new AssayError('USAGE', `${file} is there already`, {
    hint: 'name another folder, or overwrite it with --force',
  });
}
