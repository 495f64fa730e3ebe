import { type AlgorithmInstance, AssayError, knownAlgorithms, type RunView } from '@assay/core';

/** What one judge said of one output, beside what people said. */
export interface JudgedRow {
  readonly model: string;
  /** The row of the dataset, from 0. */
  readonly row: number;
  /** Digest of what was asked: several rows may ask the same. */
  readonly sample: string;
  /** Characters of the output. */
  readonly length: number;
  /** What the judge holds, by question; one but in checklists. */
  readonly holds: readonly string[];
  /** By question: what each reply meant, the first order with its repeats, then the swapped one. */
  readonly said: readonly (readonly string[])[];
  readonly sureness: number;
  /** Scaled to 0 … 1. */
  readonly score: number;
  /** Scaled likewise; undefined without a label. */
  readonly label: number | undefined;
}

/** A judge of a run with all that it said. */
export interface RunJudge {
  /** The algorithm's label in results. */
  readonly algorithm: string;
  readonly judge: string;
  readonly instance: AlgorithmInstance;
  /** Words that count, by what they score. */
  readonly values: Readonly<Record<string, number>>;
  readonly rows: readonly JudgedRow[];
}

interface JudgeStatistic {
  readonly label?: number;
}

/** Every judge of a run, jury members apart. @throws AssayError USAGE where the run has none, or kept nothing that they said */
export async function runJudges(run: RunView, only?: string): Promise<RunJudge[]> {
  const instances = knownAlgorithms(run.manifest.algorithms).filter(
    ({ label, algorithm, options }) => algorithm.humanLabels?.(options) !== undefined && (only ?? label) === label,
  );
  const found = new Map<string, RunJudge & { readonly rows: JudgedRow[] }>();
  for await (const row of run.rows) {
    for (const instance of instances) {
      const remarks = row.remarks?.[instance.label] ?? [];
      const { values } = instance.algorithm.humanLabels!(instance.options)!;
      const statistic = row.statistics?.[instance.label]?.judged as JudgeStatistic | undefined;
      const [low, high] = [Math.min(...Object.values(values)), Math.max(...Object.values(values))];
      const unit = (value: number) => (high > low ? (value - low) / (high - low) : 0);
      // Judges of one name (the same model by other instructions) are told apart by their place.
      const own = new Map<string, typeof remarks>();
      const seen = new Map<string, number>();
      for (const remark of remarks) {
        const about = `${remark.by} ${remark.about ?? ''}`;
        const nth = (seen.get(about) ?? 0) + 1;
        seen.set(about, nth);
        const name = nth === 1 ? remark.by : `${remark.by} (${nth})`;
        own.set(name, [...(own.get(name) ?? []), remark]);
      }
      for (const [judge, said] of own) {
        const key = JSON.stringify([instance.label, judge]);
        const known = found.get(key) ?? { algorithm: instance.label, judge, instance, values, rows: [] };
        found.set(key, known);
        known.rows.push({
          model: row.model,
          row: row.index,
          sample: row.digest,
          length: row.output?.length ?? 0,
          holds: said.map(({ holds }) => holds),
          said: said.map((each) => each.said),
          sureness: Math.min(...said.map(({ sureness }) => sureness)),
          score: unit(said.reduce((sum, { score }) => sum + score, 0) / said.length),
          label: statistic?.label === undefined ? undefined : unit(statistic.label),
        });
      }
    }
  }
  if (found.size > 0) return [...found.values()];
  throw new AssayError('USAGE', `the run has no judge ${only ?? ''}`.trimEnd(), {
    hint: 'An audit looks at what each llm_judge said; runs of versions before 0.2 did not keep it.',
  });
}
