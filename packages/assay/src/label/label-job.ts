import {
  type AlgorithmInstance,
  AssayError,
  knownAlgorithms,
  type LabelTask,
  type RunView,
  textDigest,
} from '@assay/core';
import { hashSeed } from '@assay/metrics';

/** What a judge said of one output of one model. */
export interface JudgedOutput {
  readonly model: string;
  readonly sample: string;
  readonly output: string;
  readonly score: number;
}

/** What people are asked about a run, and what the judge said. */
export interface LabelJob {
  /** The judge's label in results. */
  readonly algorithm: string;
  readonly rubric: { readonly digest: string; readonly text: string };
  /** Words that may be said, and what each scores. */
  readonly values: Readonly<Record<string, number>>;
  /** In a random order of the samples; the outputs of one sample follow one another, so that all models are labelled on the same. */
  readonly tasks: readonly LabelTask[];
  readonly judged: readonly JudgedOutput[];
}

/**
 * @param algorithm the judge, where the run has several
 * @throws AssayError USAGE where the run has no judge that people can be asked in place of
 */
export async function labelJob(run: RunView, algorithm?: string, seed: number = 0): Promise<LabelJob> {
  const { label, rubric, values } = judgeOf(knownAlgorithms(run.manifest.algorithms), algorithm);
  const tasks = new Map<string, LabelTask>();
  const judged: JudgedOutput[] = [];
  for await (const row of run.rows) {
    const score = row.scores[`${label}.judge_score`];
    if (score === undefined || row.output === null) continue;
    const output = textDigest(row.output);
    judged.push({ model: row.model, sample: row.digest, output, score });
    tasks.set(`${row.digest} ${output}`, {
      sample: row.digest,
      output,
      question: row.input,
      reference: row.target,
      answer: row.output,
    });
  }
  const place = ({ sample, output }: LabelTask) =>
    [hashSeed('label', seed, sample), hashSeed('label', seed, sample, output)] as const;
  const placed = [...tasks.values()].map((task) => ({ task, at: place(task) }));
  placed.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  return {
    algorithm: label,
    rubric: { digest: textDigest(rubric.key), text: rubric.text },
    values,
    tasks: placed.map(({ task }) => task),
    judged,
  };
}

function judgeOf(algorithms: readonly AlgorithmInstance[], wanted: string | undefined) {
  const judges = algorithms.flatMap(({ label, algorithm, options }) => {
    const human = algorithm.humanLabels?.(options);
    // Who is not shown the other run's answer cannot say which is better.
    return human === undefined || algorithm.opponent?.(options) !== undefined
      ? []
      : [{ label, rubric: { key: human.rubric, text: human.shown }, values: human.values }];
  });
  const found = wanted === undefined ? judges[0] : judges.find(({ label }) => label === wanted);
  if (found !== undefined) return found;
  const known = judges.map(({ label }) => label).join(', ') || 'none';
  throw new AssayError('USAGE', `the run has no judge ${wanted ?? ''}`.trimEnd(), {
    hint: `Judges of this run: ${known}. People label what an llm_judge judged.`,
  });
}
