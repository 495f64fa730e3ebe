import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { coveredLength } from './text-spans.ts';

const options = z.strictObject({
  model: z.string().min(1).describe('Classifier of tokens: a folder or a Hugging Face id.'),
  labels: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Labels that count, without `B-` and `I-`. Default all.'),
  threshold: z.number().min(0).max(1).default(0.5).describe('Least score of a span that counts. Default 0.5.'),
  beside: z
    .enum(['context', 'model_input'])
    .optional()
    .describe('What the model reads before the output, together with it: the source that an answer should keep to.'),
});

/**
 * Parts of the output that a classifier of tokens points at: personal data, or claims that their source does not support
 * (with `beside`).
 */
export const flaggedSpans = defineAlgorithm({
  name: 'flagged_spans',
  summary: 'How much of the output a classifier of tokens points at.',
  options,
  needs: ({ beside }) => ['model_input', ...(beside === 'context' ? (['context'] as const) : [])],
  needsOfOutputs: ({ beside }) => ['model_output', ...(beside === undefined ? [] : [beside])],
  scores: () => ({
    flagged: { range: [0, 1], better: 'lower', kind: 'binary', summary: 'The output has a span that counts.' },
    flagged_share: {
      range: [0, 1],
      better: 'lower',
      kind: 'bounded',
      summary: 'Share of the output’s characters in spans that count.',
    },
  }),
  helpers: ({ model }) => [{ kind: 'classify', model }],
  helperAsks: ({ sample, answers }, { model, beside }) => {
    const text = answerText({ answers });
    if (text.trim() === '') return [];
    const source = beside === undefined ? {} : { beside: sample.features[beside] ?? '' };
    return [{ key: 'spans', kind: 'classify', model, text, ...source }];
  },
  score: ({ answers, helpers }, { labels, threshold }) => {
    const answer = helpers.get('spans');
    if (answer?.kind !== 'classify') return { unscored: 'empty_output' };
    if (answer.spans === undefined) {
      const detail = `its labels are of whole texts: ${Object.keys(answer.labels).slice(0, 10).join(', ')}`;
      return { unscored: 'model_gives_no_spans', detail };
    }
    const counted = answer.spans.filter(
      ({ label, score }) => score >= threshold && (labels === undefined || labels.includes(label)),
    );
    const share = coveredLength(counted) / Math.max(1, answerText({ answers }).length);
    return { scores: { flagged: Number(counted.length > 0), flagged_share: Math.min(1, share) } };
  },
  signature: ({ labels, threshold, beside }) =>
    `flagged_spans|labels:${labels?.join(',') ?? 'all'}|threshold:${threshold}|beside:${beside ?? 'nothing'}|v1`,
});
