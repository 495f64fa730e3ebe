import { crc32 } from 'node:zlib';
import type { ModelAnswer, ScoreOutcome } from '../algorithms/algorithm.ts';
import type { ErrorData } from '../errors/assay-error.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { KeptToken } from '../samples/kept-tokens.ts';
import type { SampleState } from '../samples/sample-state.ts';
import type { ShownFeatures } from '../samples/shown-features.ts';
import type { AccumulatorData } from './accumulator-data.ts';

/** First line of a journal: a journal of another format, config or dataset is never appended to. */
export interface RunRecord {
  readonly kind: 'run';
  readonly format: 1;
  readonly run: string;
  /** Over everything that changes an answer or a score. */
  readonly planDigest: string;
}

/** One answer of a model, kept when its sample still waits for others. */
export interface AnswerRecord {
  readonly kind: 'answer';
  readonly model: string;
  readonly sample: number;
  readonly ask: string;
  readonly answer: ModelAnswer;
}

/** Of a disturbed input, this much is kept: what was changed shows at once, and a long document is not kept five times. */
export const DISTURBED_CHARACTERS = 4000;

/** A (model, sample) that is done. With this line on disk, and only then, it counts. */
export interface SampleRecord {
  readonly kind: 'sample';
  readonly model: string;
  readonly sample: number;
  readonly digest: string;
  readonly category?: string;
  readonly cluster?: string;
  /** How much the sample counts, at least 0; absent where the dataset has no `weight_key`. */
  readonly weight?: number;
  readonly state: SampleState;
  /** By algorithm, in the order of the config. */
  readonly outcomes: Readonly<Record<string, ScoreOutcome>>;
  /** What reports show; absent where the run scored outputs that lie in the dataset. */
  readonly input?: string;
  readonly target?: string;
  /** The input in the prompt template, where that makes another text of it. */
  readonly prompt?: string;
  /** Further texts of the row that reports show. */
  readonly features?: ShownFeatures;
  /** Columns of the row that the config keeps. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Disturbed inputs by variant, cut at {@link DISTURBED_CHARACTERS}. */
  readonly disturbed?: Readonly<Record<string, string>>;
  /** Answers by key; `original` is the unperturbed one. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** How each generated answer ended, by key: `length` where it was cut at max_new_tokens. Absent in older runs. */
  readonly stopReasons?: Readonly<Record<string, 'stop' | 'length'>>;
  /** Log-probabilities by key, in nats; `outputs` has them rounded. */
  readonly logProbabilities?: Readonly<Record<string, number>>;
  /** Tokens of answers by key, where the config keeps them. */
  readonly tokens?: Readonly<Record<string, readonly KeptToken[]>>;
  readonly error?: ErrorData;
  readonly promptTokens?: number;
  readonly newTokens?: number;
  readonly elapsedMs?: number;
  readonly attempts?: number;
  /** Keys of the answer cache, and whether the answer came from there. */
  readonly cache?: Readonly<Record<string, boolean>>;
  /** The same of what helper models were asked. */
  readonly helperCache?: Readonly<Record<string, boolean>>;
}

/** A line of a scored range: a sample record without what the range says for all of them. */
export type RangedSample = Omit<SampleRecord, 'kind' | 'model'>;

/**
 * Stands before the lines of one scored byte range and covers them with one checksum: they count together, by the
 * accumulator that they add up to, or not at all.
 */
export interface RangeRecord {
  readonly kind: 'range';
  readonly model: string;
  /** Position of the range's first row in the dataset. */
  readonly first: number;
  readonly samples: number;
  readonly accumulator: AccumulatorData;
  readonly badRows: readonly BadRowReport[];
  /** A file of the folder `parts` beside the journal that holds the samples in columns: then no lines follow. */
  readonly part?: string;
  /** Length and CRC-32 of that file, or of the lines that follow, one `RangedSample` each. */
  readonly bytes: number;
  readonly checksum: number;
}

export type JournalRecord = RunRecord | AnswerRecord | SampleRecord | RangeRecord;

const CHECKSUM_LENGTH = ',"crc":"01234567"}'.length;

export function encodeRecord(record: JournalRecord): string {
  return encodeLine(record);
}

/** The record of one line (without its newline), or undefined when the line is torn, altered or of no kind known here. */
export function decodeRecord(line: Buffer): JournalRecord | undefined {
  const value = decodeLine(line);
  return isRecord(value) ? value : undefined;
}

/**
 * What every reader relies on, looked at member by member: there are millions of lines, and the checksum vouches that each
 * is as some process wrote it.
 */
function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, model, sample, first, samples, accumulator, part, answer, outcomes } = value as Partial<
    Record<string, unknown>
  >;
  if (kind === 'run') return true;
  if (typeof model !== 'string') return false;
  if (kind === 'range')
    return Number.isInteger(first) && Number.isInteger(samples) && isObject(accumulator) && isPartName(part);
  if (!Number.isInteger(sample)) return false;
  return kind === 'answer' ? isObject(answer) : kind === 'sample' && isObject(outcomes);
}

/** A name and no path: a journal from elsewhere names no file outside of its folder. */
const isPartName = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^[\w-]+\.parquet$/.test(value));

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** One JSON line whose last member is the CRC-32 of everything before it. */
export function encodeLine(value: object): string {
  const body = JSON.stringify(value).slice(0, -1);
  return `${body},"crc":"${crc32(body).toString(16).padStart(8, '0')}"}\n`;
}

/** The value of such a line (without its newline), or undefined when the line is torn or altered. */
export function decodeLine(line: Buffer): unknown {
  const end = line.length - CHECKSUM_LENGTH;
  if (end < 0) return undefined;
  const member = /^,"crc":"([0-9a-f]{8})"\}$/.exec(line.toString('latin1', end));
  if (member === null || crc32(line.subarray(0, end)) !== Number.parseInt(member[1]!, 16)) return undefined;
  // Without the checksum, which is the line's and not the record's: written again it gets its own.
  try {
    return JSON.parse(`${line.toString('utf8', 0, end)}}`);
  } catch {
    // A checksum can be right over what never was JSON.
    return undefined;
  }
}
