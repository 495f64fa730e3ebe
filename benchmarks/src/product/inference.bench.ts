import {
  boundedMean,
  compareFamily,
  correlationMatrix,
  holm,
  Moments,
  mcnemarTest,
  pairedDifference,
  signFlipTest,
  studentInterval,
  wilsonInterval,
} from '@assay/metrics';
import { seededRandom } from '../corpora.ts';

const SAMPLES = 100_000;
const SCORES = 7;
const RUNS = 5;
const GOAL = 1.5;

/** One score of two models on the same samples; the first three are 0 or 1. */
interface Columns {
  readonly baseline: Float64Array;
  readonly candidate: Float64Array;
  readonly isBinary: boolean;
}

export interface InferenceBenchmark {
  readonly samples: number;
  readonly scores: number;
  /** CPU seconds of each run: intervals of both models, paired comparisons, adjustment. */
  readonly seconds: readonly number[];
  /** The same by the methods of before: Wilson and Student, McNemar and sign flips, Holm. */
  readonly before: readonly number[];
  readonly goal: number;
}

/** What intervals and verdicts of two models cost, beside what they cost before they were held against simulation. */
export function benchInference(): InferenceBenchmark {
  const columns = makeColumns();
  const timed = (work: (columns: readonly Columns[]) => void) => {
    work(columns);
    return Array.from({ length: RUNS }, () => {
      const start = process.cpuUsage();
      work(columns);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1e6;
    });
  };
  return { samples: SAMPLES, scores: SCORES, seconds: timed(infer), before: timed(inferBefore), goal: GOAL };
}

function makeColumns(): Columns[] {
  const random = seededRandom(41);
  const columns = Array.from({ length: SCORES }, (_, at) => ({
    baseline: new Float64Array(SAMPLES),
    candidate: new Float64Array(SAMPLES),
    isBinary: at < 3,
  }));
  for (let i = 0; i < SAMPLES; i++) {
    const hard = random();
    for (const { baseline, candidate, isBinary } of columns) {
      const [a, b] = [(hard + random()) / 2, (hard + random()) / 2 + 0.002];
      baseline[i] = isBinary ? Number(a > 0.5) : Math.min(1, a);
      candidate[i] = isBinary ? Number(b > 0.5) : Math.min(1, b);
    }
  }
  return columns;
}

function infer(columns: readonly Columns[]): void {
  const differences = columns.map(({ baseline, candidate }) => {
    for (const side of [baseline, candidate]) boundedMean(Moments.of(side))!.interval();
    return candidate.map((value, i) => value - baseline[i]!);
  });
  const found = differences.map((each) => pairedDifference(each, { most: 1 })!);
  compareFamily(found, { correlation: correlationMatrix(differences) });
}

function inferBefore(columns: readonly Columns[]): void {
  const pvalues = columns.map(({ baseline, candidate, isBinary }) => {
    for (const side of [baseline, candidate]) {
      const moments = Moments.of(side);
      if (isBinary) wilsonInterval(Math.round(moments.sum()), moments.n);
      else studentInterval(moments.mean()!, moments.standardError()!, moments.n);
    }
    const differences = candidate.map((value, i) => value - baseline[i]!);
    const moments = Moments.of(differences);
    studentInterval(moments.mean()!, moments.standardError()!, moments.n);
    if (!isBinary) return signFlipTest(differences, { seed: 1 }).pvalue;
    const count = (sign: number) => differences.reduce((sum, value) => sum + Number(value === sign), 0);
    return mcnemarTest(count(-1), count(1)).pvalue;
  });
  holm(pvalues);
}
