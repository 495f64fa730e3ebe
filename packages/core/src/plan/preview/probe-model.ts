import type { KnownAnswers } from '../../engine/model-run.ts';
import type { PlannedModel } from '../../engine/run-plan.ts';
import { askRunner, type RunnerAnswer, runnerRequest } from '../../engine/runner-call.ts';
import { toResult } from '../../engine/sample-record.ts';
import { sampleSeed } from '../../engine/sample-seed.ts';
import type { PlannedAsk, SampleWork } from '../../engine/sample-work.ts';
import { toAssayError } from '../../errors/assay-error.ts';
import type { Runner } from '../../runner/runner.ts';
import type { Probe } from './run-preview.ts';

/** A sample's questions that no cache answers. */
export interface OpenQuestions {
  readonly work: SampleWork;
  readonly asks: readonly PlannedAsk[];
}

interface OpenQuestion {
  readonly work: SampleWork;
  readonly ask: PlannedAsk;
}

export interface ProbeOptions {
  readonly seed: number;
  /** Keeps the answers, so that a run need not ask again. */
  readonly cache: KnownAnswers | undefined;
  readonly signal: AbortSignal;
}

/** Asks some samples as a run would, and measures: the first alone, to warm the model up, and then the others at once. */
export async function probeModel(
  runner: Runner,
  model: PlannedModel,
  chosen: readonly OpenQuestions[],
  options: ProbeOptions,
): Promise<Probe | null> {
  const questions = chosen.reduce((sum, { asks }) => sum + asks.length, 0);
  if (questions === 0) return null;
  const answers: RunnerAnswer[] = [];
  let thrown: string | null = null;
  const ask = async (part: readonly OpenQuestions[]): Promise<number> => {
    const startedAt = performance.now();
    try {
      await askAll(runner, model, part, options, answers);
    } catch (error) {
      options.signal.throwIfAborted();
      const { code, message } = toAssayError(error, 'RUNNER_FAILED');
      thrown ??= `${code} ${message}`;
    }
    return performance.now() - startedAt;
  };
  let elapsedMs = await ask(chosen.slice(0, 1));
  const others = chosen.slice(1);
  if (others.length > 0) elapsedMs = await ask(others);
  const timed = others.length > 0 ? others : chosen;
  const answered = answers.filter(({ ok }) => ok).length;
  const generated = answers.flatMap((answer) => (answer.ok && 'text' in answer ? [answer] : []));
  const failure = answers.find((answer) => !answer.ok);
  return {
    samples: chosen.length,
    questions,
    failed: questions - answered,
    firstError: failure === undefined || failure.ok ? thrown : `${failure.error.code} ${failure.error.message}`,
    timedQuestions: timed.reduce((sum, { asks }) => sum + asks.length, 0),
    elapsedMs,
    promptTokens: meanOf(generated.map(({ promptTokens }) => promptTokens)),
    newTokens: meanOf(generated.map(({ newTokens }) => newTokens)),
  };
}

async function askAll(
  runner: Runner,
  model: PlannedModel,
  chosen: readonly OpenQuestions[],
  { seed, cache, signal }: ProbeOptions,
  answers: RunnerAnswer[],
): Promise<void> {
  const asked = new Map<string, OpenQuestion>(
    chosen.flatMap(({ work, asks }) => asks.map((ask) => [`${work.sample.index}/${ask.id}`, { work, ask }] as const)),
  );
  const byKind = new Map<PlannedAsk['kind'], [string, OpenQuestion][]>();
  for (const question of asked) {
    const { kind } = question[1].ask;
    byKind.set(kind, [...(byKind.get(kind) ?? []), question]);
  }
  const read = async (kind: PlannedAsk['kind'], questions: readonly (readonly [string, OpenQuestion])[]) => {
    const requests = questions.map(([id, { work, ask }]) =>
      runnerRequest(id, ask, sampleSeed(seed, work.sample.digest, `generate/${ask.repeat}`)),
    );
    for await (const answer of askRunner(runner, kind, requests, { ...model.generate, signal })) {
      const question = asked.get(answer.id);
      if (question === undefined) continue;
      answers.push(answer);
      const result = toResult(answer, model.generate.logProbabilities);
      if ('answer' in result) cache?.keep?.(question.work, question.ask, result.answer);
    }
  };
  await Promise.all([...byKind].map(([kind, questions]) => read(kind, questions)));
}

/** null unless every value is there. */
function meanOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
