import { z } from 'zod';
import { SAMPLE_STATES } from '../../samples/sample-state.ts';

const confidence = z.number().gt(0.5).lt(1).optional().describe('Of intervals and tests here. Default 0.95.');
const scoreName = 'A score, such as qa_accuracy.f1_score.';

export const selectionConfig = z
  .strictObject({
    algorithm: z.string().optional().describe('Whose score decides. Default: the first.'),
    score: z.string().optional().describe('The deciding score. Default: the algorithm’s first.'),
    weights: z
      .record(z.string(), z.number())
      .optional()
      .describe('Score → weight: their sum decides; where less is better, negatively.'),
    pareto: z
      .array(z.string())
      .min(2)
      .optional()
      .describe('Keep models that none beats on one score without losing on another.'),
    direction: z.enum(['max', 'min']).optional().describe('Which is better. Default: the algorithm’s.'),
    tie: z
      .enum(['significance', 'first', 'all'])
      .optional()
      .describe(
        '`significance` (default): `prefer` decides where models cannot be told apart; `first` of equal values; `all` stay.',
      ),
    prefer: z
      .enum(['latency', 'cost', 'size', 'order'])
      .optional()
      .describe('Of tied models the least latency, cost (else tokens) or bytes. Default `order`: the file’s.'),
    confidence,
  })
  .describe('How the best model is chosen.');

const byScore = (what: string) => z.record(z.string(), z.number().gt(0)).optional().describe(what);

export const compareConfig = z
  .strictObject({
    primary: z.array(z.string()).min(1).optional().describe('Scores with a verdict. Default: one or two an algorithm.'),
    margins: byScore('Score → the difference that does not matter.'),
    max_change: byScore('Score → the most that a sample can differ, which you vouch for.'),
  })
  .describe('How models are compared.');

export const gateConfig = z
  .union([
    z.string().min(1),
    z.strictObject({
      score: z.string().optional().describe(scoreName),
      state: z.enum(SAMPLE_STATES).optional().describe('A sample state, limited by `max`.'),
      bound: z.enum(['value', 'lower', 'upper']).optional().describe('What min and max limit. Default `value`.'),
      min: z.number().optional().describe('Least acceptable value.'),
      max: z.number().optional().describe('Greatest acceptable value; of a state, a count or a share.'),
      baseline: z.string().optional().describe('Run to compare with; needs max_regression.'),
      bridge: z.string().optional().describe('The baseline’s answers, judged by this run’s judge.'),
      max_regression: z.number().min(0).optional().describe('Greatest acceptable loss.'),
      confidence: confidence.describe('Of max_regression. Default 0.95.'),
      models: z.array(z.string()).optional().describe('Models that must pass. Default: all.'),
      category: z.string().optional().describe('This category only.'),
    }),
  ])
  .describe(
    'A condition that the run must meet, or exit code 1; 4 where the samples cannot tell (`on_inconclusive`). As text: `qa_accuracy.f1_score lower >= 0.6`, `failed <= 0`, `not worse than RUN by 0.02`.',
  );

export const onInconclusive = z
  .enum(['fail', 'pass', 'warn'])
  .optional()
  .describe('Gates that samples cannot answer: exit code 4 (`fail`), or pass. Default: `fail` in CI, else `warn`.');

export const stopConfig = z
  .strictObject({
    score: z.string().describe(scoreName),
    half_width: z.number().gt(0).optional().describe('Stop once half the confidence sequence’s width is this.'),
    decided_against: z.number().optional().describe('Stop once it excludes this value.'),
    confidence,
    history: z.array(z.string()).min(1).optional().describe('Earlier runs of this dataset: fewer samples are needed.'),
    min_samples: z.int().min(1).optional().describe('Fewest samples. Default 30.'),
  })
  .describe('End a run early, with valid statistics.');

export type SelectionConfig = z.output<typeof selectionConfig>;
export type GateConfig = z.output<typeof gateConfig>;
export type StopConfig = z.output<typeof stopConfig>;
