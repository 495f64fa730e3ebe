import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import fastGlob from 'fast-glob';
import { z } from 'zod';
import { AssayError } from '../../errors/assay-error.ts';

/** `samples_<task>_<time>.jsonl`, since version 0.4.3. */
const NAME = /^samples_(.+)_(\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl(?:\.gz)?$/;
const LARGEST_RESULTS = 2 ** 28;

/** What `results_<time>.json` says of the tasks that were run. */
const results = z.looseObject({
  configs: z.record(z.string(), z.looseObject({})).default({}),
  'n-samples': z.record(z.string(), z.looseObject({ effective: z.number().optional() })).default({}),
  chat_template: z.string().nullish(),
});
type Results = z.output<typeof results>;

/** One task's logged samples, with what is known of the task. */
export interface SampleFile {
  readonly file: string;
  readonly task: string;
  /** The results that tell of it. */
  readonly results: string;
  /** The task's keys; functions as their source. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Documents that were asked, where that is said. */
  readonly count: number | undefined;
  /** Whether the prompts are in the chat template of the model that was asked. */
  readonly isTemplated: boolean;
  /** Older samples of the same task that are passed over. */
  readonly passedOver: readonly string[];
}

interface Found {
  readonly file: string;
  readonly task: string;
  readonly time: string;
}

/**
 * The samples files that lm-evaluation-harness wrote with `--log_samples`: one, or the newest of each task below a folder. One of
 * which nothing tells more is a rejected one.
 * @throws AssayError DATASET_NOT_FOUND, DATASET_SYNTAX, DATASET_TOO_LARGE
 */
export async function findSampleFiles(path: string): Promise<PromiseSettledResult<SampleFile>[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => undefined,
  );
  if (isFolder === undefined) throw notFound(`there is no ${path}`, path);
  const files = isFolder ? await fastGlob('**/*.{jsonl,jsonl.gz}', { cwd: path, absolute: true }) : [resolve(path)];
  const tellers = new Map<string, Promise<ReadonlyMap<string, Results>>>();
  const resultsBeside = (file: string) => {
    const folder = dirname(file);
    const told = tellers.get(folder) ?? readResults(folder);
    tellers.set(folder, told);
    return told;
  };
  const found: Found[] = [];
  for (const file of files.sort()) {
    const task = await taskOf(file, resultsBeside);
    if (task !== undefined) found.push({ file, task, time: NAME.exec(basename(file))?.[2] ?? '' });
  }
  if (found.length === 0) {
    const what = isFolder
      ? `${path} holds no samples of lm-evaluation-harness`
      : `nothing beside ${path} tells its task`;
    throw notFound(what, path);
  }
  const tasks = [...new Set(found.map(({ task }) => task))];
  return Promise.allSettled(
    tasks.map((task) =>
      described(
        found.filter((each) => each.task === task),
        resultsBeside,
      ),
    ),
  );
}

async function described(
  same: readonly Found[],
  resultsBeside: (file: string) => Promise<ReadonlyMap<string, Results>>,
): Promise<SampleFile> {
  const [newest, ...older] = [...same].sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? 1 : -1));
  const { file, task, time } = newest!;
  const tellers = [...(await resultsBeside(file))].filter(([, { configs }]) => Object.hasOwn(configs, task));
  const teller = tellers.find(([name]) => name === `results_${time}.json`) ?? tellers.at(-1);
  if (teller === undefined) {
    throw notFound(`no results_*.json beside ${file} tells of the task ${task}`, file);
  }
  const [name, { configs, 'n-samples': counts, chat_template: template }] = teller;
  return {
    ...{ file, task, config: configs[task]!, count: Object.hasOwn(counts, task) ? counts[task]?.effective : undefined },
    results: join(dirname(file), name),
    isTemplated: typeof template === 'string' && template !== '',
    passedOver: older.map((each) => each.file),
  };
}

/** Before 0.4.3 the name ends with the task, behind what the model was told. */
async function taskOf(
  file: string,
  resultsBeside: (file: string) => Promise<ReadonlyMap<string, Results>>,
): Promise<string | undefined> {
  const stated = NAME.exec(basename(file))?.[1];
  if (stated !== undefined) return stated;
  const ending = basename(file).replace(/\.jsonl(?:\.gz)?$/, '');
  const tasks = [...(await resultsBeside(file)).values()].flatMap(({ configs }) => Object.keys(configs));
  const named = tasks.filter((task) => ending === task || ending.endsWith(`_${task}`));
  return named.sort((a, b) => b.length - a.length)[0];
}

/** Every `results*.json` of a folder by name. @throws AssayError DATASET_SYNTAX, DATASET_TOO_LARGE */
async function readResults(folder: string): Promise<ReadonlyMap<string, Results>> {
  const names = await fastGlob('results*.json', { cwd: folder });
  const read = names.sort().map(async (name) => [name, await readOne(join(folder, name))] as const);
  return new Map(await Promise.all(read));
}

async function readOne(file: string): Promise<Results> {
  if ((await stat(file)).size > LARGEST_RESULTS) {
    throw new AssayError('DATASET_TOO_LARGE', `${file} has more than 256 MiB, and is read as a whole`, {
      at: { file },
    });
  }
  try {
    return results.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const message = `${file} is no results file of lm-evaluation-harness: ${(cause as Error).message.slice(0, 200)}`;
    throw new AssayError('DATASET_SYNTAX', message, { at: { file }, cause });
  }
}

/** Whether the file is one JSON list, as before 0.4.3. */
export async function isJsonList(file: string): Promise<boolean> {
  if (file.endsWith('.gz')) return false;
  for await (const chunk of createReadStream(file, { end: 1023, encoding: 'utf8' })) {
    return String(chunk).trimStart().startsWith('[');
  }
  return false;
}

function notFound(message: string, file: string): AssayError {
  return new AssayError('DATASET_NOT_FOUND', message, {
    at: { file },
    hint: 'lm_eval writes samples_<task>_<time>.jsonl and results_<time>.json with --log_samples --output_path FOLDER',
  });
}
