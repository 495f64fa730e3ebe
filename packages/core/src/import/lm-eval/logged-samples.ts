import { z } from 'zod';
import { DataFile } from '../../datasets/data-file.ts';
import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import type { Doc } from './jinja-template.ts';
import { isJsonList } from './sample-files.ts';

/** One document as lm-evaluation-harness asked and scored it. */
export interface LoggedSample {
  readonly id: number;
  readonly line: number;
  /** Of each request: the prompt or the text; the same string object where several requests share it. */
  readonly contexts: readonly string[];
  /** Of each request: the continuation, or the settings of a generation. */
  readonly seconds: readonly unknown[];
  readonly doc: Doc;
  readonly target: unknown;
  /** The first answer to each request. */
  readonly answers: readonly unknown[];
  /** What each metric gave, by filter. */
  readonly values: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The choices and the right one, where the harness was asked for them. */
  readonly choices?: readonly string[];
  readonly right?: unknown;
}

/** Keys of a line that are no metrics, for versions that do not list those. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...['doc_id', 'doc', 'target', 'arguments', 'resps', 'filtered_resps', 'filter', 'metrics'],
  ...['doc_hash', 'prompt_hash', 'target_hash', 'assay_choices', 'assay_right'],
]);

const line = z.looseObject({
  doc_id: z.int().min(0),
  doc: z.unknown().optional(),
  target: z.unknown().optional(),
  /** By `gen_args_<i>` and `arg_<j>`; before 0.4.3 lists. */
  arguments: z.union([
    z.array(z.array(z.unknown()).min(1)).min(1),
    z.record(z.string().regex(/^gen_args_\d+$/), z.record(z.string(), z.unknown())),
  ]),
  resps: z.array(z.unknown()),
  filter: z.string().optional(),
  metrics: z.array(z.string()).optional(),
  /** Of samples that were made for an import. */
  assay_choices: z.array(z.string()).nullish(),
  assay_right: z.unknown().optional(),
});
type Line = z.output<typeof line>;

/**
 * Every document of a samples file, in order. A document has a line for each filter.
 * @param filters names of the task's filters in order, for versions whose lines do not say theirs
 * @param keepsDocs whether the documents are wanted; else they are left out, for a file may be large
 * @throws AssayError DATASET_SYNTAX with the line, DATASET_EMPTY
 */
export async function readLoggedSamples(
  file: string,
  filters: readonly string[],
  keepsDocs: boolean,
): Promise<LoggedSample[]> {
  const samples = new Map<number, LoggedSample>();
  const data = await DataFile.open(file, (await isJsonList(file)) ? { format: 'json' } : {});
  for await (const batch of data.rows()) {
    for (let i = 0; i < batch.count; i++) addLine(samples, file, batch.line(i), batch.record(i), filters, keepsDocs);
  }
  if (samples.size === 0) throw new AssayError('DATASET_EMPTY', `${file} holds no samples`, { at: { file } });
  return [...samples.values()].sort((a, b) => a.id - b.id);
}

function addLine(
  samples: Map<number, LoggedSample>,
  file: string,
  number: number,
  record: Doc,
  filters: readonly string[],
  keepsDocs: boolean,
): void {
  const at = { file, line: number };
  const parsed = line.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const what = `${issue?.path.join('.') ?? 'the line'}: ${issue?.message}`;
    throw new AssayError('DATASET_SYNTAX', `this is no sample of lm-evaluation-harness: ${what}`, { at });
  }
  const { data } = parsed;
  const { contexts, seconds } = requestsOf(data, at);
  const known = samples.get(data.doc_id);
  if (known !== undefined && !isSameQuestion(known, contexts, seconds)) {
    throw new AssayError('DATASET_SYNTAX', `document ${data.doc_id} was asked otherwise in line ${known.line}`, {
      at,
      hint: 'the file mixes several tasks or runs: give each a file of its own',
    });
  }
  const values = new Map(known?.values);
  const filter = data.filter ?? filters[values.size] ?? 'none';
  if (values.has(filter)) {
    throw new AssayError('DATASET_SYNTAX', `document ${data.doc_id} is there twice under the filter "${filter}"`, {
      at,
      hint: 'the file mixes several runs: give each a file of its own',
    });
  }
  const metrics = data.metrics ?? Object.keys(data).filter((key) => !OWN_KEYS.has(key));
  values.set(filter, Object.fromEntries(metrics.map((name) => [name, data[name]])));
  if (known !== undefined) {
    samples.set(data.doc_id, { ...known, values });
    return;
  }
  samples.set(data.doc_id, {
    ...{ id: data.doc_id, line: number, contexts, seconds, target: data.target, values },
    doc: keepsDocs && isRecord(data.doc) ? data.doc : {},
    answers: data.resps.map((each) => (Array.isArray(each) ? (each[0] as unknown) : each)),
    ...(Array.isArray(data.assay_choices) ? { choices: data.assay_choices } : {}),
    ...(data.assay_right === undefined ? {} : { right: data.assay_right }),
  });
}

function requestsOf(
  { arguments: asked, doc_id: id }: Line,
  at: { readonly file: string; readonly line: number },
): Pick<LoggedSample, 'contexts' | 'seconds'> {
  const lists = Array.isArray(asked)
    ? asked
    : Array.from({ length: Object.keys(asked).length }, (_, i) => argumentsOf(asked[`gen_args_${i}`] ?? {}));
  const shared = new Map<string, string>();
  const contexts = lists.map(([first]) => {
    const text = textOf(first);
    if (text === undefined) {
      throw new AssayError('DATASET_SYNTAX', `document ${id} has a request without a text`, { at });
    }
    if (!shared.has(text)) shared.set(text, text);
    return shared.get(text)!;
  });
  if (lists.some(({ length }) => length > 2)) {
    throw new AssayError('IMPORT_UNSUPPORTED', `document ${id} was asked with pictures or sounds`, { at });
  }
  return { contexts, seconds: lists.map((each) => each[1]) };
}

const argumentsOf = (record: Readonly<Record<string, unknown>>): unknown[] =>
  Array.from({ length: Object.keys(record).length }, (_, j) => record[`arg_${j}`]);

/** A conversation is logged as a tuple with its JSON. */
function textOf(value: unknown): string | undefined {
  const text = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  return typeof text === 'string' ? text : undefined;
}

function isSameQuestion(known: LoggedSample, contexts: readonly string[], seconds: readonly unknown[]): boolean {
  return (
    known.contexts.length === contexts.length &&
    known.contexts.every((text, i) => text === contexts[i]) &&
    JSON.stringify(known.seconds) === JSON.stringify(seconds)
  );
}
