import { SAMPLE_STATES, type SampleState, type Summary } from '@assay/core';
import { formatCount, plural } from '../wording/format-number.ts';
import { joinWords } from '../wording/join-words.ts';

/** How every (model, sample) ended: the denominators behind each figure. */
export interface LossFigures {
  /** `scored`, and each other state that occurs. */
  readonly states: readonly SampleState[];
  /** One a model: answers by state, and those that were cut at max_new_tokens. */
  readonly models: readonly { readonly counts: readonly number[]; readonly cut: number }[];
  readonly notes: readonly string[];
}

export function lossFigures(summary: Summary): LossFigures {
  const states = SAMPLE_STATES.filter(
    (state) => state === 'scored' || summary.models.some((model) => model.states[state] > 0),
  );
  const { badRows } = summary.dataset;
  const bad =
    badRows > 0
      ? [`${plural(badRows, 'row')} of the dataset could not be read and ${badRows === 1 ? 'is' : 'are'} in no figure.`]
      : [];
  return {
    states,
    models: summary.models.map((model) => ({
      counts: states.map((state) => model.states[state]),
      cut: model.cut ?? 0,
    })),
    notes: [...summary.models.flatMap((model) => [...failureNote(model), ...stopNote(model)]), ...bad],
  };
}

/** What every figure leaves out, in one sentence; null where all answers were scored. */
export function caveatOf({ models }: Summary): string | null {
  const counts = SAMPLE_STATES.map((state) => ({
    state,
    count: models.reduce((sum, model) => sum + model.states[state], 0),
  })).filter(({ count }) => count > 0);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const rest = counts.filter(({ state }) => state !== 'scored');
  if (rest.length === 0) return null;
  const parts = rest.map(({ state, count }) => `${formatCount(count)} ${state.replaceAll('_', ' ')}`);
  return `Of ${formatCount(all)} answers, ${joinWords(parts)} are in no score.`;
}

/** Why a model was not finished. */
function failureNote({ name, failure, states }: Summary['models'][number]): string[] {
  if (failure === undefined) return [];
  return [
    `${name} was not finished, and ${plural(states.skipped, 'sample')} ${states.skipped === 1 ? 'is' : 'are'} in none of its figures: ${failure.code} ${failure.message}`,
  ];
}

/** Why a model was asked no further; its intervals hold although the data chose when to stop. */
function stopNote({ name, stop, failure }: Summary['models'][number]): string[] {
  if (stop === undefined || failure !== undefined) return [];
  const { decided, samples, saved, reason } = stop;
  return [
    decided
      ? `${name} stopped early: ${reason}. ${formatCount(saved)} of ${formatCount(samples + saved)} samples were not needed, and are in no figure. The intervals are confidence sequences, valid at any time of stopping.`
      : `${name} was asked every sample: ${reason}.`,
  ];
}
