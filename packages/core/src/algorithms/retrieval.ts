import { ndcgAt, precisionAt, type Relevance, recallAt, reciprocalRank } from '@assay/metrics';
import { z } from 'zod';
import { sampleLookup } from '../prompts/prompt-template.ts';
import { defineAlgorithm, type ScoreSpec } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { ratio } from './score-specs.ts';

const options = z.strictObject({
  relevant_field: z
    .string()
    .min(1)
    .describe(
      'The field with the ids of the relevant documents: a list, or a map of ids to grades (0 is not relevant).',
    ),
  retrieved_field: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The field with the ids that were retrieved, best first. Default: the model’s output, a JSON list or an id a line.',
    ),
  k: z
    .array(z.int().min(1).max(10_000))
    .min(1)
    .max(10)
    .default([5, 10])
    .describe('How many of the first places are looked at. Default 5 and 10.'),
});

type Options = z.output<typeof options>;

/** How well a ranked list finds what is known to be relevant, as trec_eval computes it. */
export const retrieval = defineAlgorithm<Options>({
  name: 'retrieval',
  summary: 'How much of what is relevant a ranked list of documents has, and how early.',
  options,
  needs: () => ['model_input'],
  needsOfOutputs: ({ retrieved_field: field }) => (field === undefined ? ['model_output'] : []),
  rowFields: ({ relevant_field: relevant, retrieved_field: retrieved }) => [
    relevant,
    ...(retrieved === undefined ? [] : [retrieved]),
  ],
  // Lists that lie in the row need no answer.
  modelAsks: ({ features }, { retrieved_field: field }) =>
    field === undefined ? [{ key: 'original', kind: 'generate', modelInput: features.model_input ?? '' }] : [],
  primary: ({ k }) => [`ndcg_at_${Math.max(...k)}`],
  scores: ({ k }) => {
    const scores: Record<string, ScoreSpec> = {};
    for (const places of k) {
      scores[`ndcg_at_${places}`] = ratio(`Gain of the first ${places} over that of the best order.`);
      scores[`recall_at_${places}`] = ratio(`Share of the relevant documents among the first ${places}.`);
      scores[`precision_at_${places}`] = ratio(`Share of relevant documents among the first ${places} places.`);
    }
    scores.reciprocal_rank = ratio('1 ÷ the place of the first relevant document; the mean is MRR.');
    return scores;
  },
  score: (input, { relevant_field: relevantField, retrieved_field: field, k }) => {
    const lookup = sampleLookup(input.sample);
    const relevance = relevanceOf(lookup(relevantField));
    if (relevance === undefined) return { unscored: 'relevant_unreadable' };
    const retrieved = field === undefined ? listedIds(answerText(input)) : idsOf(lookup(field));
    if (retrieved === undefined) return { unscored: 'retrieved_unreadable' };
    const first = reciprocalRank(retrieved, relevance);
    if (first === null) return { unscored: 'nothing_relevant' };
    const scores: Record<string, number> = {};
    for (const places of k) {
      scores[`ndcg_at_${places}`] = ndcgAt(retrieved, relevance, places)!;
      scores[`recall_at_${places}`] = recallAt(retrieved, relevance, places)!;
      scores[`precision_at_${places}`] = precisionAt(retrieved, relevance, places)!;
    }
    scores.reciprocal_rank = first;
    return { scores };
  },
  signature: ({ k, relevant_field: relevant, retrieved_field: retrieved = 'output' }) =>
    `retrieval|k:${k}|relevant:${JSON.stringify(relevant)}|retrieved:${JSON.stringify(retrieved)}|trec_eval|v1`,
});

/** A list of ids, or ids with grades; undefined of anything else. Numbers are ids too. */
function relevanceOf(value: unknown): Relevance | undefined {
  const ids = idsOf(value);
  if (ids !== undefined) return new Map(ids.map((id) => [id, 1]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const grades = Object.entries(value as Readonly<Record<string, unknown>>);
  if (!grades.every((grade): grade is [string, number] => typeof grade[1] === 'number' && Number.isFinite(grade[1])))
    return undefined;
  return new Map(grades);
}

function idsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return listedIds(value);
  if (!Array.isArray(value)) return undefined;
  const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number';
  return value.every(isId) ? value.map(String) : undefined;
}

/** A JSON list, or an id a line. */
function listedIds(text: string): readonly string[] | undefined {
  if (text.trimStart().startsWith('[')) {
    try {
      return idsOf(JSON.parse(text) as unknown);
    } catch {
      return undefined;
    }
  }
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
