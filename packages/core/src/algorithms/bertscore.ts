import { splitTargets } from '@assay/metrics';
import type { HelperAsk, HelperModel, ScoringInput } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';

export interface BertscoreOptions {
  readonly model_type_for_bertscore?: string | undefined;
  readonly bertscore_layer?: number | undefined;
}

/** The one helper that BERTScore needs. */
export function bertscoreHelper({ model_type_for_bertscore: model }: BertscoreOptions): HelperModel {
  return { kind: 'bertscore', ...(model === undefined ? {} : { model }) };
}

export function bertscoreAsk(key: string, candidate: string, reference: string, options: BertscoreOptions): HelperAsk {
  const { bertscore_layer: layer } = options;
  const ask = { ...bertscoreHelper(options), kind: 'bertscore', key, candidate, reference } as const;
  return layer === undefined ? ask : { ...ask, layer };
}

/** What the score's signature says of it. */
export function bertscoreSignature({
  bertscore,
  bertscore_layer: layer,
}: BertscoreOptions & { readonly bertscore: boolean }): string {
  if (!bertscore) return '';
  return layer === undefined ? '|bertscore' : `|bertscore:layer ${layer}`;
}

/** One question for each acceptable answer. */
export function bertscoreAsks(
  { sample, answers }: Omit<ScoringInput, 'helpers'>,
  delimiter: string | null,
  options: BertscoreOptions & { readonly compat?: 'fmeval' | undefined },
): HelperAsk[] {
  const target = sample.features.target_output ?? '';
  const targets = options.compat === 'fmeval' ? splitTargets(target, delimiter) : answerTargets(target, delimiter);
  return targets.map((each, i) => bertscoreAsk(`bertscore/${i}`, answerText({ answers }), each, options));
}

/** F1 against the nearest acceptable answer; undefined when nothing was asked. */
export function bestBertscore(helpers: ScoringInput['helpers']): number | undefined {
  let best: number | undefined;
  for (const answer of helpers.values()) {
    if (answer.kind === 'bertscore') best = Math.max(best ?? Number.NEGATIVE_INFINITY, answer.f1);
  }
  return best;
}
