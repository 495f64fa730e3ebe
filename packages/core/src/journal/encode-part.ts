import type { ScoreOutcome } from '../algorithms/algorithm.ts';
import { columnsOf, PART_COLUMNS } from './part-layout.ts';
import { PartWriter } from './part-writer.ts';
import type { AlgorithmColumns, ScoredColumns } from './scored-columns.ts';

/** The scored samples of a part as a Parquet file; undefined where that cannot hold one of their texts. */
export function encodePart(model: string, columns: ScoredColumns): Buffer | undefined {
  const { size, categories, clusters, weights } = columns;
  const writer = new PartWriter(size);
  writer.integers(PART_COLUMNS.sample, columns.samples);
  writer.fixed(PART_COLUMNS.digest, columns.digests);
  writer.texts(PART_COLUMNS.model, () => model);
  writer.texts(PART_COLUMNS.category, (row) => categories?.[row]);
  writer.texts(PART_COLUMNS.cluster, (row) => clusters?.[row]);
  writeNumbers(writer, PART_COLUMNS.weight, size, (row) => weights?.[row]);
  writer.texts(PART_COLUMNS.state, (row) => columns.state(row));
  for (const algorithm of columns.algorithms) writeAlgorithm(writer, size, algorithm);
  return writer.finish({
    algorithms: columns.algorithms.map(({ label, names, outcomes }) => ({
      label,
      names,
      sampled: outcomes !== undefined,
    })),
  });
}

function writeAlgorithm(writer: PartWriter, size: number, algorithm: AlgorithmColumns): void {
  const { label, names, values, unscored, outcomes } = algorithm;
  for (const [k, name] of names.entries()) {
    const column = `${label}.${name}`;
    if (outcomes === undefined)
      writeNumbers(writer, column, size, (row) =>
        unscored.size > 0 && unscored.has(row) ? undefined : values[row * names.length + k]!,
      );
    else
      writeNumbers(writer, column, size, (row) => {
        const outcome = outcomes[row]!;
        return 'scores' in outcome ? outcome.scores[name] : undefined;
      });
  }
  const reasonOf = (row: number) => {
    const outcome = outcomes === undefined ? unscored.get(row) : outcomes[row]!;
    return outcome !== undefined && 'unscored' in outcome ? outcome : undefined;
  };
  const own = columnsOf(label);
  writer.texts(own.unscored, (row) => reasonOf(row)?.unscored);
  writer.texts(own.detail, (row) => reasonOf(row)?.detail);
  if (outcomes === undefined) return;
  const besideOf = (row: number, name: 'statistics' | 'remarks') => {
    const outcome: ScoreOutcome = outcomes[row]!;
    const found = 'scores' in outcome ? outcome[name] : undefined;
    return found === undefined ? undefined : JSON.stringify(found);
  };
  writer.texts(own.statistics, (row) => besideOf(row, 'statistics'));
  writer.texts(own.remarks, (row) => besideOf(row, 'remarks'));
}

function writeNumbers(
  writer: PartWriter,
  name: string,
  size: number,
  numberOf: (row: number) => number | undefined,
): void {
  const values = new Float64Array(size);
  const present = new Uint8Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) {
    const value = numberOf(row);
    if (value === undefined) continue;
    present[row] = 1;
    // -0 and 0 are one value, as in JSON.
    values[count++] = value + 0;
  }
  writer.numbers(name, values, present, count);
}
