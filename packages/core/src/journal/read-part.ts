import type { ScoreOutcome } from '../algorithms/algorithm.ts';
import { DIGEST_BYTES } from '../samples/sample-digest.ts';
import type { RangedSample } from './journal-record.ts';
import { bitWidth, unpackNumbers } from './parquet-levels.ts';
import {
  type ColumnLayout,
  columnsOf,
  PART_COLUMNS,
  PART_LAYOUT,
  type PartLayout,
  TRAILER_BYTES,
} from './part-layout.ts';

/**
 * The samples of a part, in order, as `encodePart` wrote them: its bytes are those that the journal vouches for.
 * @param isWanted by the sample's index; of what it refuses no object is made
 */
export function* partSamples(bytes: Buffer, isWanted?: (sample: number) => boolean): Generator<RangedSample> {
  const layout = layoutOf(bytes);
  const { rows, columns, algorithms } = layout;
  const { values: samplesAt } = columns[PART_COLUMNS.sample]!;
  const { values: digestsAt } = columns[PART_COLUMNS.digest]!;
  const textsOf = (name: string) => textColumn(bytes, columns[name], rows);
  const numbersOf = (name: string) => numberColumn(bytes, columns[name], rows);
  const category = textsOf(PART_COLUMNS.category);
  const cluster = textsOf(PART_COLUMNS.cluster);
  const weight = numbersOf(PART_COLUMNS.weight);
  const state = textsOf(PART_COLUMNS.state);
  const outcomes = algorithms.map(({ label, names, sampled }) => {
    const own = columnsOf(label);
    return {
      label,
      outcome: outcomeReader({
        scores: names.map((name) => [name, numbersOf(`${label}.${name}`)] as const),
        unscored: textsOf(own.unscored),
        detail: textsOf(own.detail),
        ...(sampled ? { statistics: textsOf(own.statistics), remarks: textsOf(own.remarks) } : {}),
      }),
    };
  });
  for (let row = 0; row < rows; row++) {
    const sample = sampleAt(bytes, samplesAt + 8 * row);
    if (isWanted !== undefined && !isWanted(sample)) continue;
    const digestAt = digestsAt + DIGEST_BYTES * row;
    const record: { -readonly [Name in keyof RangedSample]: RangedSample[Name] } = {
      sample,
      digest: bytes.toString('hex', digestAt, digestAt + DIGEST_BYTES),
      state: state(row) as RangedSample['state'],
      outcomes: Object.fromEntries(outcomes.map(({ label, outcome }) => [label, outcome(row)])),
    };
    const [named, grouped, weighed] = [category(row), cluster(row), weight(row)];
    if (named !== undefined) record.category = named;
    if (grouped !== undefined) record.cluster = grouped;
    if (weighed !== undefined) record.weight = weighed;
    yield record;
  }
}

/** The numbers of a part, column by column: no object for a row. */
export interface PartNumbers {
  /** Of each row: the sample's index in the dataset. */
  readonly samples: Float64Array;
  /** Whether samples have a cluster or a weight. */
  readonly isPlain: boolean;
  /** `algorithm.score` → value of each row; NaN where it has none. A score that no row has is left out. */
  readonly scores: ReadonlyMap<string, Float64Array>;
}

/** @param isWanted by `algorithm.score` */
export function partNumbers(bytes: Buffer, isWanted: (score: string) => boolean): PartNumbers {
  const { rows, columns, algorithms } = layoutOf(bytes);
  const { values: samplesAt } = columns[PART_COLUMNS.sample]!;
  const isEmpty = (name: string) => (columns[name]?.count ?? 0) === 0;
  const scores = new Map<string, Float64Array>();
  for (const { label, names } of algorithms) {
    for (const name of names) {
      const score = `${label}.${name}`;
      if (!isWanted(score) || isEmpty(score)) continue;
      const numberOf = numberColumn(bytes, columns[score], rows);
      scores.set(
        score,
        Float64Array.from({ length: rows }, (_, row) => numberOf(row) ?? Number.NaN),
      );
    }
  }
  return {
    samples: Float64Array.from({ length: rows }, (_, row) => sampleAt(bytes, samplesAt + 8 * row)),
    isPlain: isEmpty(PART_COLUMNS.cluster) && isEmpty(PART_COLUMNS.weight),
    scores,
  };
}

function sampleAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + 2 ** 32 * bytes.readUInt32LE(at + 4);
}

function layoutOf(bytes: Buffer): PartLayout {
  const footer = bytes.length - TRAILER_BYTES - bytes.readUInt32LE(bytes.length - TRAILER_BYTES);
  const length = bytes.readUInt32LE(footer - 4);
  return PART_LAYOUT.parse(JSON.parse(bytes.toString('utf8', footer - 4 - length, footer - 4)));
}

type Column<Value> = (row: number) => Value | undefined;

interface OutcomeColumns {
  readonly scores: readonly (readonly [string, Column<number>])[];
  readonly unscored: Column<string>;
  readonly detail: Column<string>;
  readonly statistics?: Column<string>;
  readonly remarks?: Column<string>;
}

function outcomeReader(columns: OutcomeColumns): (row: number) => ScoreOutcome {
  return (row) => {
    const unscored = columns.unscored(row);
    if (unscored !== undefined) {
      const detail = columns.detail(row);
      return detail === undefined ? { unscored } : { unscored, detail };
    }
    const scores: Record<string, number> = {};
    for (const [name, numberOf] of columns.scores) {
      const value = numberOf(row);
      if (value !== undefined) scores[name] = value;
    }
    const statistics = columns.statistics?.(row);
    const remarks = columns.remarks?.(row);
    return {
      scores,
      ...(statistics === undefined ? {} : { statistics: JSON.parse(statistics) }),
      ...(remarks === undefined ? {} : { remarks: JSON.parse(remarks) }),
    };
  };
}

/** Of each row the position of its value among those that are there; undefined where every row has one. */
function placesOf(bytes: Buffer, { levels }: ColumnLayout, rows: number): Int32Array | undefined {
  if (levels === undefined) return undefined;
  const places = new Int32Array(rows).fill(-1);
  let next = 0;
  for (const [row, level] of unpackNumbers(bytes, levels, rows, 1).entries()) if (level === 1) places[row] = next++;
  return places;
}

function textColumn(bytes: Buffer, layout: ColumnLayout | undefined, rows: number): Column<string> {
  if (layout?.dictionary === undefined) return () => undefined;
  const [start, count] = layout.dictionary;
  const texts: string[] = [];
  for (let at = start; texts.length < count; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  const indices = unpackNumbers(bytes, layout.values, layout.count, bitWidth(count - 1));
  const places = placesOf(bytes, layout, rows);
  return (row) => texts[indices[places === undefined ? row : places[row]!]!];
}

function numberColumn(bytes: Buffer, layout: ColumnLayout | undefined, rows: number): Column<number> {
  if (layout === undefined || layout.count === 0) return () => undefined;
  const { dictionary, values, count } = layout;
  const places = placesOf(bytes, layout, rows);
  const placeOf = (row: number) => (places === undefined ? row : places[row]!);
  if (dictionary === undefined)
    return (row) => (placeOf(row) < 0 ? undefined : bytes.readDoubleLE(values + 8 * placeOf(row)));
  const indices = unpackNumbers(bytes, values, count, bitWidth(dictionary[1] - 1));
  return (row) => {
    const index = indices[placeOf(row)];
    return index === undefined ? undefined : bytes.readDoubleLE(dictionary[0] + 8 * index);
  };
}
