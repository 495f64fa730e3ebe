import type { KnownAnswers } from '../../engine/model-run.ts';
import type { PlannedModel } from '../../engine/run-plan.ts';
import { toResult } from '../../engine/sample-record.ts';
import { sampleSeed } from '../../engine/sample-seed.ts';
import type { PlannedAsk, SampleWork } from '../../engine/sample-work.ts';
import type { Completion, LogProbability, Runner } from '../../runner/runner.ts';
import type { Probe } from './run-preview.ts';

/** A sample's questions that no cache answers. */
export interface OpenQuestions {
  readonly work: SampleWork;
  readonly asks: readonly PlannedAsk[];
}

/** Asks some samples as a run would, and measures. The answers are kept in the cache, so that a run need not ask again. */
export async function probeModel(
  runner: Runner,
  model: PlannedModel,
  chosen: readonly OpenQuestions[],
  options: { readonly seed: number; readonly cache: KnownAnswers | undefined; readonly signal: AbortSignal },
): Promise<Probe | null> {
  const asks = new Map<string, { readonly work: SampleWork; readonly ask: PlannedAsk }>(
    chosen.flatMap(({ work, asks: own }) =>
      own.map((ask) => [`${work.sample.index}/${ask.id}`, { work, ask }] as const),
    ),
  );
  if (asks.size === 0) return null;
  const { seed, cache, signal } = options;
  const prompts = [...asks].flatMap(([id, { work, ask }]) => {
    if (ask.kind !== 'generate') return [];
    const { text, messages } = ask.prompt;
    const own = sampleSeed(seed, work.sample.digest, `generate/${ask.repeat}`);
    return [{ id, text, seed: own, ...(messages === undefined ? {} : { messages }) }];
  });
  const requests = [...asks].flatMap(([id, { ask }]) =>
    ask.kind === 'generate' ? [] : [{ id, prompt: ask.prompt.text, continuation: ask.continuation }],
  );
  const startedAt = performance.now();
  const answers: (Completion | LogProbability)[] = [];
  const read = async (stream: AsyncIterable<Completion | LogProbability>) => {
    for await (const answer of stream) answers.push(answer);
  };
  await Promise.all([
    ...(prompts.length === 0 ? [] : [read(runner.generate(prompts, { ...model.generate, signal }))]),
    ...(requests.length === 0 ? [] : [read(runner.logProbabilities(requests, { signal }))]),
  ]);
  const elapsedMs = performance.now() - startedAt;
  for (const answer of answers) {
    const asked = asks.get(answer.id);
    const result = toResult(answer);
    if (asked !== undefined && 'answer' in result) cache?.keep?.(asked.work, asked.ask, result.answer);
  }
  const failures = answers.filter((answer) => !answer.ok);
  const generated = answers.flatMap((answer) => (answer.ok && 'text' in answer ? [answer] : []));
  const [first] = failures;
  return {
    samples: chosen.length,
    questions: asks.size,
    failed: asks.size - answers.filter(({ ok }) => ok).length,
    firstError: first === undefined || first.ok ? null : `${first.error.code} ${first.error.message}`,
    elapsedMs,
    promptTokens: meanOf(generated.map(({ promptTokens }) => promptTokens)),
    newTokens: meanOf(generated.map(({ newTokens }) => newTokens)),
  };
}

/** null unless every value is there. */
function meanOf(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
