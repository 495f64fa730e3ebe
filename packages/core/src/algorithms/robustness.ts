import { z } from 'zod';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';
import type { Sample } from '../samples/sample.ts';
import type { Algorithm, HelperAsk, ModelAsk, ScoreOutcome, ScoreSpec, ScoringInput } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { deltaSpec } from './delta-spec.ts';
import { perturbedInputs, type StreamedTexts, streamedTexts, variantKeys } from './perturbed-inputs.ts';
import { robustnessAggregates } from './robustness-aggregates.ts';
import { type RobustnessSettings, robustnessKeys, robustnessSignature, settingsOfKeys } from './robustness-settings.ts';

export interface RobustOptions<Options> {
  readonly inner: Options;
  readonly robustness: RobustnessSettings;
  readonly streamed?: StreamedTexts;
}

/**
 * Any algorithm with its robustness: each sample is asked again with disturbed inputs, and beside each score stands
 * `delta_<score>`, the mean of |score of the original − score of a variant|. With several kinds of perturbation,
 * `delta_<score>_<kind>` breaks it down. Aggregates get deltas in the same way.
 */
export function withRobustness<Options>(inner: Algorithm<Options>): Algorithm<RobustOptions<Options>> {
  return {
    name: inner.name,
    summary: `${inner.summary.replace(/\.$/, '')}, and how much disturbed inputs change that.`,
    options: z.custom<RobustOptions<Options>>(),
    needs: (options) => [...new Set([...inner.needs(options.inner), 'model_input' as const])],
    needsOfOutputs: () => cannotAskAgain(inner.name),
    prepare: async (options, data) => {
      const { robustness } = options;
      const own = (await inner.prepare?.(options.inner, data)) ?? options.inner;
      const streamed = robustness.compat === 'fmeval' ? await streamedTexts(robustness, data) : undefined;
      return { inner: own, robustness, ...(streamed === undefined ? {} : { streamed }) };
    },
    scores: ({ inner: options, robustness }) => withDeltas(inner.scores(options), robustness),
    aggregates: ({ inner: options }) => robustnessAggregates(inner.aggregates?.(options) ?? {}),
    modelAsks: (sample, { inner: options, robustness, streamed }, runSeed) => {
      const asksFor = (input: Sample) => inner.modelAsks?.(input, options, runSeed) ?? [askFor(input)];
      const variants = perturbedInputs(sample, robustness, runSeed, streamed).flatMap(({ key, text }) =>
        asksFor(withInput(sample, text)).map((ask) => ({ ...ask, key: innerKey(key, ask.key) })),
      );
      return [...asksFor(sample), ...variants];
    },
    helpers: ({ inner: options }) => inner.helpers?.(options) ?? [],
    helperAsks: ({ sample, answers }, { inner: options, robustness }) => {
      const asksFor = (own: ScoringInput['answers']) => inner.helperAsks?.({ sample, answers: own }, options) ?? [];
      const variants = variantKeys(robustness, answers).flatMap(({ key }) =>
        asksFor(partOf(answers, key)).map((ask): HelperAsk => ({ ...ask, key: innerKey(key, ask.key) })),
      );
      return [...asksFor(partOf(answers, '')), ...variants];
    },
    score: (input, options) => scoreVariants(inner, input, options),
    signature: ({ inner: options, robustness }) => `${inner.signature(options)}|${robustnessSignature(robustness)}`,
  };
}

function scoreVariants<Options>(
  inner: Algorithm<Options>,
  { sample, answers, helpers }: ScoringInput,
  { inner: options, robustness }: RobustOptions<Options>,
): ScoreOutcome {
  const scoreOf = (key: string) =>
    inner.score({ sample, answers: partOf(answers, key), helpers: partOf(helpers, key) }, options);
  const original = scoreOf('');
  if ('unscored' in original) return original;
  const variants = variantKeys(robustness, answers);
  const outcomes: Extract<ScoreOutcome, { scores: unknown }>[] = [];
  for (const { key } of variants) {
    const outcome = scoreOf(key);
    if ('unscored' in outcome) return { unscored: `perturbed: ${outcome.unscored}` };
    outcomes.push(outcome);
  }
  const scores: Record<string, number> = { ...original.scores };
  for (const [name, value] of Object.entries(original.scores)) {
    const deltas = outcomes.map((outcome) => Math.abs(value - (outcome.scores[name] ?? value)));
    scores[`delta_${name}`] = mean(deltas);
    for (const kind of severalKinds(robustness)) {
      scores[`delta_${name}_${kind}`] = mean(deltas.filter((_, i) => variants[i]!.kind === kind));
    }
  }
  const unchanged = variants.filter(({ isUnchanged }) => isUnchanged).length;
  const statistics: Record<string, unknown> = { perturbations: { variants: variants.length, unchanged } };
  for (const [name, statistic] of Object.entries(original.statistics ?? {})) {
    const perturbed = outcomes.map((outcome) => outcome.statistics?.[name]);
    statistics[name] = { original: statistic, perturbed };
  }
  return { scores, statistics };
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

const SEPARATOR = ':';

function innerKey(variant: string, key: string): string {
  return key === 'original' ? variant : `${variant}${SEPARATOR}${key}`;
}

/** The entries of one variant under the inner algorithm's own keys; of the original for ''. */
function partOf<T>(all: ReadonlyMap<string, T>, variant: string): Map<string, T> {
  const own = new Map<string, T>();
  for (const [key, value] of all) {
    if (variant === '') {
      if (!VARIANT.test(key)) own.set(key, value);
    } else if (key === variant) own.set('original', value);
    else if (key.startsWith(variant + SEPARATOR)) own.set(key.slice(variant.length + 1), value);
  }
  return own;
}

/** `butter_finger/0`, `butter_finger/0 (unchanged):choice/1`; no key of an algorithm's own begins with a perturbation's name. */
const VARIANT = new RegExp(`^(?:${[...PERTURBATIONS.keys()].join('|')})/d+( (unchanged))?(:|$)`);

function askFor(sample: Sample): ModelAsk {
  return { key: 'original', kind: 'generate', modelInput: sample.features.model_input ?? '' };
}

function withInput(sample: Sample, text: string): Sample {
  return { ...sample, features: { ...sample.features, model_input: text } };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** An entry of the table: FMEval's name for a robust algorithm, with FMEval's flat keys. */
export function robustVariant<Options extends { readonly compat?: 'fmeval' | undefined }>(
  name: string,
  inner: Algorithm<Options>,
): Algorithm<RobustOptions<Options>> {
  const keys = inner.options as unknown as z.ZodObject;
  const options = keys.extend(robustnessKeys).transform((value, context) => {
    const flat = Object.fromEntries(Object.entries(value).filter(([key]) => !(key in robustnessKeys)));
    try {
      const robustness = settingsOfKeys(value as Parameters<typeof settingsOfKeys>[0]);
      return { inner: flat as Options, robustness };
    } catch (thrown) {
      context.addIssue({ code: 'custom', message: (thrown as Error).message, path: ['perturbation_options'] });
      return z.NEVER;
    }
  });
  const robust = withRobustness(inner);
  return {
    ...robust,
    name,
    options: options as unknown as z.ZodType<RobustOptions<Options>>,
    signature: (given) => robust.signature(given).replace(inner.name, name),
  };
}
