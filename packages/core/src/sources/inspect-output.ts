import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { SampleRow } from '../results/summary.ts';
import { sampleDigest } from '../samples/sample-digest.ts';
import { foreignRow } from './foreign-row.ts';
import type { ForeignOutput } from './foreign-run.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON document is an Inspect log. */
export function isInspectLog(content: Json): boolean {
  return isRecord(content.eval) && 'task' in content.eval && 'model' in content.eval;
}

/** Inspect's grades as numbers, as its own `value_to_float` has them. */
const GRADES: Readonly<Record<string, number>> = { C: 1, I: 0, P: 0.5, N: 0 };

/**
 * An Inspect JSON log, version 2. A scorer stands for the algorithm; its value, or each of its values, for a score.
 * @throws AssayError DATASET_EMPTY for one without samples
 * @see https://inspect.aisi.org.uk/eval-logs.html
 */
export function readInspectLog(content: Json, name: string): ForeignOutput {
  const rows = new InspectRows(content, name);
  for (const sample of Array.isArray(content.samples) ? content.samples.filter(isRecord) : []) rows.add(sample);
  return rows.output();
}

/** Samples of an Inspect log as rows of ours, one after the other. */
export class InspectRows {
  readonly #name: string;
  readonly #task: string;
  readonly #model: string;
  readonly #rows: SampleRow[] = [];
  readonly #notes = new Set<string>();

  constructor({ eval: spec }: Json, name: string) {
    const { task, model } = isRecord(spec) ? spec : {};
    this.#name = name;
    this.#task = String(task);
    this.#model = String(model);
  }

  add(sample: Json): void {
    this.#rows.push(rowOf(sample, this.#model, this.#rows.length, this.#notes));
  }

  /** @throws AssayError DATASET_EMPTY */
  output(): ForeignOutput {
    const [rows, name, dataset, notes] = [this.#rows, this.#name, this.#task, [...this.#notes]];
    if (rows.length > 0) return { tool: 'inspect', name, dataset, rows, lowerIsBetter: new Set(), notes };
    throw new AssayError('DATASET_EMPTY', `${name} holds no samples`, {
      hint: 'A log without samples has only figures: write it with --log-samples.',
    });
  }
}

function rowOf(sample: Json, model: string, index: number, notes: Set<string>): SampleRow {
  const metadata = isRecord(sample.metadata) ? sample.metadata : {};
  const input = inputText(sample.input, isRecord(sample.attachments) ? sample.attachments : {});
  const target = [sample.target ?? []].flat().map(String).join('<OR>');
  const category = typeof metadata.category === 'string' ? metadata.category : null;
  const scores: Record<string, number> = {};
  for (const [scorer, score] of Object.entries(isRecord(sample.scores) ? sample.scores : {})) {
    const value = isRecord(score) ? score.value : undefined;
    const values = isRecord(value) ? Object.entries(value) : [['value', value] as const];
    for (const [name, each] of values) {
      const key = name.replaceAll('.', '_');
      const number = toNumber(each);
      if (number === undefined) notes.add(`${scorer}.${key} is no number on some samples`);
      else scores[`${scorer}.${key}`] = number;
    }
  }
  // Our own exports carry the sample's digest; for others it is made by the same recipe.
  const own =
    typeof metadata.digest === 'string' && /^[0-9a-f]{16}$/.test(metadata.digest) ? metadata.digest : undefined;
  return foreignRow({
    model,
    index: typeof sample.id === 'number' && own !== undefined ? sample.id : index,
    digest:
      own ?? sampleDigest({ model_input: input, target_output: target, ...(category === null ? {} : { category }) }),
    category,
    input,
    target,
    output: isRecord(sample.output) && typeof sample.output.completion === 'string' ? sample.output.completion : null,
    scores,
    error: isRecord(sample.error) ? String(sample.error.message) : null,
    elapsedMs: typeof sample.total_time === 'number' ? sample.total_time * 1000 : null,
  });
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return undefined;
  if (value in GRADES) return GRADES[value];
  const lower = value.toLowerCase();
  if (lower === 'yes' || lower === 'true') return 1;
  if (lower === 'no' || lower === 'false') return 0;
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? undefined : number;
}

/** A text, or the user's messages of a conversation. Long texts may stand among the attachments. */
function inputText(input: unknown, attachments: Json): string {
  const text = (written: unknown): string => {
    if (typeof written !== 'string') return JSON.stringify(written);
    const attached = written.startsWith(ATTACHED) ? attachments[written.slice(ATTACHED.length)] : undefined;
    return typeof attached === 'string' ? attached : written;
  };
  if (typeof input === 'string') return text(input);
  const messages = Array.isArray(input) ? input.filter(isRecord) : [];
  return messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => text(content))
    .join('\n\n');
}

const ATTACHED = 'attachment://';
