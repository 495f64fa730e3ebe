import { z } from 'zod';
import type { Sample } from '../samples/sample.ts';
import type { Algorithm, HelperAsk, ModelAsk, ScoreOutcome, ScoreSpec, ScoringInput } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { deltaSpec } from './delta-spec.ts';
import { perturbedInputs, type StreamedDraws, streamedDraws, variantKeys } from './perturbed-inputs.ts';
import { robustnessAggregates, unchangedOf } from './robustness-aggregates.ts';
import { type RobustnessSettings, robustnessSignature } from './robustness-settings.ts';
import { answersOfOriginal, answersOfVariant, keyInVariant } from './variant-answers.ts';

export interface RobustOptions<Options> {
  readonly inner: Options;
  readonly robustness: RobustnessSettings;
  readonly streamed?: StreamedDraws;
}

/**
 * Any algorithm with its robustness: each sample is asked again with disturbed inputs, and beside each score stands
 * `delta_<score>`, the mean of |score of the original − score of a variant|. With several kinds of perturbation,
 * `delta_<score>_<kind>` breaks it down. Aggregates get deltas in the same way. Variants that could not be scored are left
 * out of the deltas and counted.
 */
export function withRobustness<Options>(inner: Algorithm<Options>): Algorithm<RobustOptions<Options>> {
  return {
    name: inner.name,
    summary: `${inner.summary.replace(/\.$/, '')}, and how much disturbed inputs change that.`,
    options: z.custom<RobustOptions<Options>>(),
    needs: (options) => [...new Set([...inner.needs(options.inner), 'model_input' as const])],
    needsOfOutputs: () => cannotAskAgain(inner.name),
    disturbsInput: true,
    rowFields: (options) => inner.rowFields?.(options.inner) ?? [],
    prepare: async (options, data) => {
      const { robustness } = options;
      const own = (await inner.prepare?.(options.inner, data)) ?? options.inner;
      const streamed = robustness.compat === 'fmeval' ? await streamedDraws(robustness, data) : undefined;
      return { inner: own, robustness, ...(streamed === undefined ? {} : { streamed }) };
    },
    opponent: (options) => inner.opponent?.(options.inner),
    scores: ({ inner: options, robustness }) => withDeltas(inner.scores(options), robustness),
    aggregates: ({ inner: options }) => robustnessAggregates(inner.aggregates?.(options) ?? {}),
    primary: ({ inner: options }) => {
      const scores = Object.keys(inner.scores(options));
      const [first = scores[0]] = inner.primary?.(options) ?? [];
      return first === undefined ? [] : [first, ...(scores.includes(first) ? [`delta_${first}`] : [])];
    },
    modelAsks: (sample, { inner: options, robustness, streamed }, runSeed) => {
      const asksFor = (input: Sample) => inner.modelAsks?.(input, options, runSeed) ?? [askFor(input)];
      const variants = perturbedInputs(sample, robustness, runSeed, streamed).flatMap(({ key, text }) =>
        asksFor(withInput(sample, text)).map((ask) => ({
          ...ask,
          key: keyInVariant(key, ask.key),
          disturbed: { variant: key, text },
        })),
      );
      return [...asksFor(sample), ...variants];
    },
    helpers: ({ inner: options }) => inner.helpers?.(options) ?? [],
    helperAsks: ({ sample, answers }, { inner: options, robustness }) => {
      const asksFor = (own: ScoringInput['answers']) => inner.helperAsks?.({ sample, answers: own }, options) ?? [];
      const keys = variantKeys(robustness, answers).map(({ key }) => key);
      const variants = keys.flatMap((key) =>
        asksFor(answersOfVariant(answers, key)).map((ask): HelperAsk => ({ ...ask, key: keyInVariant(key, ask.key) })),
      );
      return [...asksFor(answersOfOriginal(answers, keys)), ...variants];
    },
    ...(inner.furtherAsks === undefined ? {} : { furtherAsks: (input, options) => furtherAsks(inner, input, options) }),
    score: (input, options) => scoreVariants(inner, input, options),
    signature: ({ inner: options, robustness }) => `${inner.signature(options)}|${robustnessSignature(robustness)}`,
  };
}

function furtherAsks<Options>(
  inner: Algorithm<Options>,
  { sample, answers, helpers }: ScoringInput,
  { inner: options, robustness }: RobustOptions<Options>,
): HelperAsk[] {
  const keys = variantKeys(robustness, answers).map(({ key }) => key);
  const asksFor = (own: ScoringInput['answers'], known: ScoringInput['helpers']) =>
    inner.furtherAsks?.({ sample, answers: own, helpers: known }, options) ?? [];
  const variants = keys.flatMap((key) =>
    asksFor(answersOfVariant(answers, key), answersOfVariant(helpers, key)).map(
      (ask): HelperAsk => ({ ...ask, key: keyInVariant(key, ask.key) }),
    ),
  );
  return [...asksFor(answersOfOriginal(answers, keys), answersOfOriginal(helpers, keys)), ...variants];
}

function scoreVariants<Options>(
  inner: Algorithm<Options>,
  { sample, answers, helpers }: ScoringInput,
  { inner: options, robustness }: RobustOptions<Options>,
): ScoreOutcome {
  const variants = variantKeys(robustness, answers);
  const keys = variants.map(({ key }) => key);
  const original = inner.score(
    { sample, answers: answersOfOriginal(answers, keys), helpers: answersOfOriginal(helpers, keys) },
    options,
  );
  if ('unscored' in original) return original;
  const outcomes = keys.map((key) => {
    const own = { sample, answers: answersOfVariant(answers, key), helpers: answersOfVariant(helpers, key) };
    const outcome = inner.score(own, options);
    return 'unscored' in outcome ? undefined : outcome;
  });
  const scores: Record<string, number> = { ...original.scores };
  for (const [name, value] of Object.entries(original.scores)) {
    const changes = outcomes.flatMap((outcome, i) => {
      const other = outcome?.scores[name];
      return other === undefined ? [] : [{ kind: variants[i]!.kind, change: Math.abs(value - other) }];
    });
    setMean(scores, `delta_${name}`, changes);
    for (const kind of severalKinds(robustness)) {
      setMean(
        scores,
        `delta_${name}_${kind}`,
        changes.filter((change) => change.kind === kind),
      );
    }
  }
  const statistics: Record<string, unknown> = {
    unchanged_perturbations: unchangedOf(variants),
    unscored_perturbations: { of: variants.length, count: outcomes.filter((outcome) => outcome === undefined).length },
  };
  for (const [name, statistic] of Object.entries(original.statistics ?? {})) {
    statistics[name] = {
      original: statistic,
      perturbed: outcomes.map((outcome) => outcome?.statistics?.[name] ?? null),
    };
  }
  return { scores, statistics, ...(original.remarks === undefined ? {} : { remarks: original.remarks }) };
}

/** Of no changes there is no mean: the score is left out. */
function setMean(scores: Record<string, number>, name: string, changes: readonly { readonly change: number }[]): void {
  if (changes.length === 0) return;
  scores[name] = changes.reduce((sum, { change }) => sum + change, 0) / changes.length;
}

function withDeltas(
  scores: Readonly<Record<string, ScoreSpec>>,
  robustness: RobustnessSettings,
): Record<string, ScoreSpec> {
  const all: Record<string, ScoreSpec> = { ...scores };
  for (const [name, spec] of Object.entries(scores)) {
    all[`delta_${name}`] = deltaSpec(name, spec, 'when the input is disturbed');
    for (const kind of severalKinds(robustness)) all[`delta_${name}_${kind}`] = deltaSpec(name, spec, `under ${kind}`);
  }
  return all;
}

/** A breakdown of one kind would say the same twice. */
function severalKinds({ kinds }: RobustnessSettings): readonly string[] {
  return kinds.length > 1 ? kinds.map(({ name }) => name) : [];
}

function askFor(sample: Sample): ModelAsk {
  return { key: 'original', kind: 'generate', modelInput: sample.features.model_input ?? '' };
}

function withInput(sample: Sample, text: string): Sample {
  return { ...sample, features: { ...sample.features, model_input: text } };
}
