import { access, mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { AssayError, missingForModel, openDataset } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { firstConfig } from '../init/first-config.ts';
import { FIRST_QUESTIONS } from '../init/first-questions.ts';
import { type GuessedKeys, guessKeys } from '../init/guess-keys.ts';
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

/**
 * Writes a first config. Without data of one's own, ten questions come with it.
 * @throws AssayError USAGE where a config is there already or no column looks like a question; DATASET_* for the data
 */
export async function init(folder: string, flags: InitFlags): Promise<number> {
  const config = join(folder, CONFIG);
  const questions = join(folder, QUESTIONS);
  const written = flags.data === undefined ? [config, questions] : [config];
  if (flags.force !== true) for (const file of written) await refuseExisting(file);
  const columns = flags.data === undefined ? ['question', 'answer', 'topic'] : await columnsOf(flags.data);
  const keys = guessKeys(columns, givenKeys(flags));
  if (keys.model_input_key === undefined && keys.model_output_key === undefined && !columns.includes('sent_more')) {
    throw new AssayError('USAGE', `no column of ${flags.data} looks like a question`, {
      hint: `name it with --model-input-key; columns: ${columns.join(', ')}`,
    });
  }
  await mkdir(folder, { recursive: true });
  const data = flags.data === undefined ? QUESTIONS : relative(resolve(folder), resolve(flags.data));
  await writeFile(config, firstConfig({ data: data.split(sep).join('/'), keys, columns, model: flags.model }));
  if (flags.data === undefined) await writeFile(questions, FIRST_QUESTIONS);
  for (const file of written) process.stdout.write(`wrote    ${printable(file)}\n`);
  for (const [key, column] of Object.entries(keys)) process.stdout.write(`         ${key}: ${printable(column)}\n`);
  const missing = keys.model_output_key === undefined ? await missingForModel(flags.model) : [];
  if (missing.length > 0) process.stdout.write(`first    npm install ${missing.join(' ')}\n`);
  process.stdout.write(`next     assay run ${printable(config)}\n`);
  return EXIT.passed;
}

function givenKeys(flags: InitFlags): GuessedKeys {
  const given = {
    model_input_key: flags.modelInputKey,
    target_output_key: flags.targetOutputKey,
    model_output_key: flags.modelOutputKey,
    category_key: flags.categoryKey,
  };
  return Object.fromEntries(Object.entries(given).filter(([, key]) => key !== undefined));
}

async function columnsOf(file: string): Promise<readonly string[]> {
  const dataset = await openDataset({ input_data_location: resolve(file) });
  return dataset.columns();
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
