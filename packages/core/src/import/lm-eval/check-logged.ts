import type { Algorithm, ModelAnswer } from '../../algorithms/algorithm.ts';
import { ALGORITHMS } from '../../algorithms/algorithm-table.ts';
import type { Sample } from '../../samples/sample.ts';
import type { LoggedSample } from './logged-samples.ts';
import { lmEvalScoreKey } from './score-key.ts';
import type { TaskAlgorithms } from './task-algorithms.ts';

interface Checked {
  readonly algorithm: Algorithm;
  readonly options: unknown;
}

/** The algorithms of an import, by which the logged answers are scored again. */
export class LoggedCheck {
  readonly #task: string;
  readonly #scores: TaskAlgorithms['scores'];
  readonly #algorithms = new Map<string, Checked>();

  constructor(task: string, { algorithms, scores }: TaskAlgorithms) {
    this.#task = task;
    this.#scores = scores;
    for (const { algorithm: name, name: label = name, ...options } of algorithms) {
      const algorithm = ALGORITHMS.get(String(name))!;
      this.#algorithms.set(String(label), { algorithm, options: algorithm.options.parse(options) });
    }
  }

  /**
   * What of a document is another thing here: what is asked, or a score of the answers that were logged.
   * @param features of the row that is written
   */
  difference(logged: LoggedSample, features: Sample['features']): string | undefined {
    const sample: Sample = { index: logged.id, digest: '', features, record: {} };
    const outcomes = new Map<string, Readonly<Record<string, number>> | string>();
    for (const [label, { algorithm, options }] of this.#algorithms) {
      const asked = algorithm.modelAsks?.(sample, options, 0);
      const texts = asked?.map((ask) => ask.modelInput + (ask.kind === 'logProbability' ? ask.continuation : ''));
      const wrong = texts?.findIndex((text, i) => text !== logged.contexts[i] + continuation(logged.seconds[i])) ?? -1;
      if (wrong >= 0) return `request ${wrong + 1} would ask ${JSON.stringify(texts![wrong]!.slice(-60))} at its end`;
      if (logged.answers.length === 0) continue;
      const answers = new Map((asked ?? [{ key: 'original' }]).map(({ key }, i) => [key, answerOf(logged, i)]));
      const outcome = algorithm.score({ sample, answers, helpers: new Map() }, options);
      outcomes.set(label, 'scores' in outcome ? outcome.scores : outcome.unscored);
    }
    return this.#differingScore(logged, outcomes);
  }

  #differingScore(
    logged: LoggedSample,
    outcomes: ReadonlyMap<string, Readonly<Record<string, number>> | string>,
  ): string | undefined {
    for (const [filter, metrics] of logged.values) {
      for (const [metric, value] of Object.entries(metrics)) {
        const ours = this.#scores[lmEvalScoreKey(this.#task, metric, filter)];
        if (ours === undefined || (typeof value !== 'number' && typeof value !== 'boolean')) continue;
        const at = ours.lastIndexOf('.');
        const outcome = outcomes.get(ours.slice(0, at));
        if (outcome === undefined) continue;
        const score = typeof outcome === 'string' ? outcome : outcome[ours.slice(at + 1)];
        // Perplexities are figures of all documents together.
        if (score === undefined || (typeof score === 'number' && Math.abs(score - Number(value)) < 1e-9)) continue;
        return `its answer scores ${score} by ${ours}, and was logged with ${Number(value)}`;
      }
    }
    return undefined;
  }
}

const continuation = (second: unknown): string => (typeof second === 'string' ? second : '');

/** What was logged, as a runner would have answered; log-probabilities are logged as texts. */
function answerOf({ answers, seconds, contexts }: LoggedSample, i: number): ModelAnswer {
  const answer = answers[i];
  const second = seconds[i];
  if (typeof second === 'object' && second !== null) {
    return { kind: 'generate', text: typeof answer === 'string' ? answer : JSON.stringify(answer ?? ''), elapsedMs: 0 };
  }
  const [logProbability, greedy] = [answer].flat() as unknown[];
  return {
    kind: 'logProbability',
    ...{ logProbability: Number(logProbability), isGreedy: greedy === true || greedy === 'True', tokenCount: 1 },
    ...{ byteCount: Buffer.byteLength(typeof second === 'string' ? second : contexts[i]!), elapsedMs: 0 },
  };
}
