import {
  type HelperResult,
  type LogProbability,
  type Prompt,
  type Runner,
  runnerMethod,
  type TokenChoice,
} from '@assay/core';

/** A question to a judge, and the words that it may answer with. */
export interface LabelQuestion {
  readonly prompt: Prompt;
  readonly labels: readonly string[];
}

/**
 * The label that a model gives the highest log-probability behind each prompt: a verdict that is always one of the labels,
 * with how likely each is among them. Answers stand in the order of the questions.
 */
export async function likeliestLabels(runner: Runner, questions: readonly LabelQuestion[]): Promise<HelperResult[]> {
  // A judge that cannot weigh texts is not asked to.
  if (questions.length === 0) return [];
  const requests = questions.flatMap(({ prompt: { text, messages }, labels }, question) =>
    labels.map((label, at) => ({
      id: `${question}/${at}`,
      prompt: text,
      ...(messages === undefined ? {} : { messages }),
      continuation: label,
    })),
  );
  const answers = new Map<string, LogProbability>();
  for await (const answer of runnerMethod(runner, 'logProbabilities')(requests, {})) answers.set(answer.id, answer);
  return questions.map(({ labels }, question) => {
    let best: { readonly label: string; readonly value: number } | undefined;
    const values: number[] = [];
    for (const [at, label] of labels.entries()) {
      const answer = answers.get(`${question}/${at}`);
      if (answer === undefined) return { failed: { code: 'RUNNER_NO_ANSWER', message: 'the judge gave no answer' } };
      if (!answer.ok) return { failed: answer.error };
      const value = answer.logProbability;
      values.push(value);
      if (best === undefined || value > best.value) best = { label, value };
    }
    return { kind: 'judge', text: best?.label ?? '', weights: weightsOf(labels, values) };
  });
}

/** Log-probabilities as shares of 1. */
function weightsOf(labels: readonly string[], values: readonly number[]): Record<string, number> {
  const most = Math.max(...values);
  const shares = values.map((value) => Math.exp(value - most));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Object.fromEntries(labels.map((label, at) => [label, shares[at]! / total]));
}

/** Of labels of which one begins another the shorter is always likelier: such are no choice for a model. */
export function canChoose(labels: readonly string[] | undefined): labels is readonly string[] {
  if (labels === undefined || labels.length < 2) return false;
  return !labels.some((label) => labels.some((other) => other !== label && other.startsWith(label)));
}

/** Of the first token's likelihood this much must go to the labels; otherwise the reply was to be something else. */
const LEAST_MASS = 0.5;

/**
 * How likely each label is by the likeliest first tokens of a reply, out of 1. A token counts for the one label that it
 * begins; one that begins several tells nothing.
 * @returns undefined where less than half of the likelihood is on labels
 * @see https://arxiv.org/abs/2303.16634 (G-Eval)
 */
export function firstTokenWeights(
  tokens: readonly Pick<TokenChoice, 'text' | 'logProbability'>[],
  labels: readonly string[],
): Record<string, number> | undefined {
  const weights = new Map(labels.map((label) => [label, 0]));
  for (const { text, logProbability } of tokens) {
    const begun = text
      .replace(/^[\s"'*`]+/, '')
      .trimEnd()
      .toLowerCase();
    const meant = begun === '' ? [] : labels.filter((label) => label.toLowerCase().startsWith(begun));
    const [label] = meant;
    if (label !== undefined && meant.length === 1) weights.set(label, weights.get(label)! + Math.exp(logProbability));
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total < LEAST_MASS) return undefined;
  return Object.fromEntries([...weights].map(([label, weight]) => [label, weight / total]));
}
