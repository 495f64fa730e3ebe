import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AssayError } from '../../errors/assay-error.ts';
import { pythonEnvironment, pythonProgram } from '../../python/python-program.ts';
import { HARNESS_DRIVER } from './harness-driver.ts';
import type { SampleFile } from './sample-files.ts';
import { FunctionReference, type TaskSource } from './task-source.ts';

/** How long the harness may be silent: it says a line of each task. */
const SILENCE_MS = 600_000;
/** Bytes of one task's requests. */
const MOST_BYTES = 2 ** 32;
const MOST_LINE = 2 ** 24;
const KEPT_STDERR = 4000;

export interface MaterialiseOptions {
  /** `split=file`, or folders to look for splits in. */
  readonly data: readonly string[];
  readonly shots: number | undefined;
  readonly cwd: string;
  /** How long the harness may be silent. @default ten minutes */
  readonly silenceMs?: number | undefined;
}

/** A task whose requests lie in a file, or why there are none. */
export type MaterialisedTask = { readonly source: TaskSource } & (
  | { readonly file: SampleFile; readonly metrics: readonly HarnessMetric[] }
  | { readonly failure: AssayError }
);

/** A metric of a task, and what adds it up. */
const harnessMetric = z.object({ metric: z.string(), by: z.string(), isMean: z.boolean(), isHigher: z.boolean() });
export type HarnessMetric = z.output<typeof harnessMetric>;

const told = z.union([
  z.object({ missing: z.string() }),
  z.object({ at: z.int().min(0), error: z.string() }),
  z.object({
    at: z.int().min(0),
    task: z.string(),
    config: z.record(z.string(), z.unknown()),
    count: z.int(),
    file: z.string(),
    metrics: z.array(harnessMetric),
  }),
]);

/**
 * Has the installed lm-evaluation-harness make the requests of tasks, in a process without keys in its environment that is ended
 * when it is silent for too long. The files are there until the caller is done with them.
 * @throws AssayError PACKAGE_MISSING without Python or the harness
 */
export async function withMaterialised<T>(
  sources: readonly TaskSource[],
  options: MaterialiseOptions,
  use: (tasks: readonly MaterialisedTask[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-harness-'));
  try {
    const { cwd, data, shots } = options;
    const tasks = sources.map((source) => ({ file: resolve(cwd, source.file), overrides: plainOverrides(source) }));
    const placed = data.map((each) => placedData(each, cwd));
    const lines = await runHarness({ tasks, data: placed, shots, folder, bytes: MOST_BYTES }, options);
    return await use(sources.map((source, at) => ({ source, ...taskOf(source, at, lines) })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Told = z.output<typeof told>;

function taskOf(
  source: TaskSource,
  at: number,
  { lines, end }: Spoken,
): { readonly file: SampleFile; readonly metrics: readonly HarnessMetric[] } | { readonly failure: AssayError } {
  const line = lines.find((each) => 'at' in each && each.at === at);
  if (line !== undefined && 'file' in line) {
    const { file, task, config, count, metrics } = line;
    return { metrics, file: { file, task, config, count, results: source.file, isTemplated: false, passedOver: [] } };
  }
  const why = line !== undefined && 'error' in line ? line.error : end;
  return {
    failure: new AssayError('IMPORT_UNSUPPORTED', `lm-evaluation-harness cannot make its requests: ${why}`, {
      at: source.fields.get('task')?.placeOf() ?? { file: source.file },
      hint: 'rows of a data set that is not here: --data split=rows.jsonl',
    }),
  };
}

interface Spoken {
  readonly lines: readonly Told[];
  /** How it ended, for tasks of which nothing was said. */
  readonly end: string;
}

function runHarness(asked: object, { cwd, silenceMs = SILENCE_MS }: MaterialiseOptions): Promise<Spoken> {
  const program = pythonProgram(cwd);
  const child = spawn(program, ['-c', HARNESS_DRIVER], { cwd, env: pythonEnvironment(), stdio: 'pipe' });
  const lines: Told[] = [];
  let [errors, end] = ['', ''];
  const stop = (why: string): void => {
    end = why;
    child.kill('SIGKILL');
  };
  const silence = setTimeout(() => stop(`nothing was said for ${silenceMs} ms`), silenceMs);
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-KEPT_STDERR);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    silence.refresh();
    const parsed = line.length > MOST_LINE ? undefined : told.safeParse(parsedJson(line));
    if (parsed?.success === true) lines.push(parsed.data);
  });
  // One that ends before it has read what is asked says so by its end.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(asked));
  return new Promise((found, failed) => {
    child.on('error', (cause) => {
      clearTimeout(silence);
      failed(missing(`${program} cannot be run: ${cause.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(silence);
      const lack = lines.find((each) => 'missing' in each);
      if (lack !== undefined) failed(missing(`${program} has no lm-evaluation-harness: ${lack.missing}`));
      else found({ lines, end: end || errors.trim().split('\n').at(-1) || `it ended with ${code}` });
    });
  });
}

function missing(message: string): AssayError {
  return new AssayError('PACKAGE_MISSING', message, {
    hint: 'install lm_eval, and name its Python in ASSAY_PYTHON where it is not that of .venv or of the active environment',
  });
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What a group gives its task; functions stay those of the task's file. */
export function plainOverrides({ overrides = new Map() }: TaskSource): Record<string, unknown> {
  return Object.fromEntries(
    [...overrides].flatMap(([key, { value }]) => (value instanceof FunctionReference ? [] : [[key, value]])),
  );
}

function placedData(each: string, cwd: string): string {
  const [, split, file] = /^(\w+)=(.*)$/s.exec(each) ?? [];
  return file === undefined ? resolve(cwd, each) : `${split}=${resolve(cwd, file)}`;
}
