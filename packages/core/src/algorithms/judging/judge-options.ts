import { z } from 'zod';
import { modelConfig } from '../../config/schema/model-config.ts';
import { compilePromptTemplate } from '../../prompts/prompt-template.ts';
import { CRITERIA, CRITERION_NAMES, SHOWN } from './criteria.ts';

const judgeModel = z.union([
  z.string().min(1),
  z.strictObject({
    entailment: z
      .string()
      .min(1)
      .describe(
        'A local cross-encoder, a folder or a hub id, that reads the two texts of `criterion`: trained on natural-language inference (its label entailment counts), or a reranker of one score.',
      ),
  }),
  z.record(z.string(), z.unknown()).superRefine((block, context) => {
    const issue = modelConfig.safeParse({ name: 'judge', ...block }).error?.issues[0];
    if (issue !== undefined) context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
  }),
]);

const level = z.union([
  z.number(),
  z.strictObject({
    score: z.number().describe('What the label scores.'),
    means: z.string().min(1).describe('When an answer deserves it: the judge is told.'),
  }),
]);

const item = z.union([
  z.string().min(1),
  z.strictObject({
    text: z.string().min(1).describe('What the answer must do.'),
    weight: z.number().gt(0).describe('How much it counts. Default 1.'),
  }),
]);

/** What an answer must do. */
export const checklistItems: z.ZodType<z.output<typeof item>[]> = z.array(item).min(1).max(50);

const options = z.strictObject({
  judge: z
    .union([judgeModel, z.array(judgeModel).min(1).max(9)])
    .describe(
      'The judging model: a name among `models`, a local model, or a block like those under `models`. Or a list of up to nine.',
    ),
  combine: z
    .enum(['mean', 'majority', 'weighted', 'cascade'])
    .default('mean')
    .describe(
      'Of several judges: the mean of their scores, the word that most of them say, the mean by `weights`, or a cascade, in which the next judge is asked only where the one before is less sure than its place in `sure_from`. Default mean.',
    ),
  weights: z
    .array(z.number().gt(0))
    .optional()
    .describe('With `combine: weighted`: how much each judge counts, as `assay judge audit` measures it.'),
  sure_from: z
    .array(z.number().min(0).max(1))
    .optional()
    .describe(
      'With `combine: cascade`: how sure each judge must be, 0 to 1, as `assay judge audit` finds it for a wanted agreement. Without one for the last judge, that judge always decides.',
    ),
  criterion: z
    .enum(CRITERION_NAMES)
    .optional()
    .describe(`A rubric that comes with assay, with its labels and what it shows: ${CRITERION_NAMES.join(', ')}.`),
  mode: z
    .enum(['grade', 'compare', 'checklist'])
    .default('grade')
    .describe(
      '`grade` the output by a rubric, `compare` it with another answer, or go through a `checklist`. Default grade.',
    ),
  rubric: z
    .string()
    .min(1)
    .optional()
    .describe(
      'What the judge is to look at. `$name` is a field of the row, as in a prompt template. Default: that of `criterion`, else whether the answer is right.',
    ),
  labels: z
    .record(z.string().min(1), level)
    .optional()
    .describe(
      'The words that the judge may answer with in grade mode, and people in all but compare mode: what each scores, or `{ score, means }`. Default correct 1, incorrect 0.',
    ),
  items: z
    .union([
      checklistItems,
      z.strictObject({ field: z.string().min(1).describe('The field’s name.') }),
      z.strictObject({
        file: z
          .string()
          .min(1)
          .describe('A JSON file, from the config’s folder: `assay judge checklist` makes it once.'),
        sha256: z.string().optional().describe('The file’s digest, where no other content is to be taken.'),
        items: checklistItems
          .optional()
          .describe('What the file held when the run was planned; its manifest has this.'),
      }),
    ])
    .optional()
    .describe(
      'In checklist mode: what the answer must do, each a yes or no; `{ text, weight }` where some count more, `{ field }` where each row has a list of its own, or `{ file }` where a list was made once for the data set and is kept.',
    ),
  against: z
    .union([
      z.string().min(1),
      z.strictObject({
        run: z.string().min(1).describe('Folder of a finished run over the same samples.'),
        model: z.string().min(1).optional().describe('Whose answers, where the run has several models.'),
      }),
    ])
    .optional()
    .describe(
      'In compare mode: the answers to compare with, as a field of the row or `{ run, model }`. Default target_output.',
    ),
  label_field: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The field of the row with people’s verdict for this judge, where several judges have labels of their own. Default: `dataset.human_label_key`.',
    ),
  shows: z
    .array(z.enum(SHOWN))
    .optional()
    .describe(
      'What the judge sees of the row beside the answer: context, question, reference (target_output), where the row has them. Default: what `criterion` shows, else all three.',
    ),
  constrained: z
    .boolean()
    .default(true)
    .describe(
      'Take the likeliest label where the judge is a local model, in place of reading its reply. Default true.',
    ),
  score: z
    .enum(['likeliest', 'expected'])
    .default('likeliest')
    .describe(
      'What the likeliest label scores, or the mean over all labels by how likely the judge holds each (local judges; others by `repeats`). Default likeliest.',
    ),
  swap: z
    .boolean()
    .default(true)
    .describe('Ask twice, the second time in the other order, since judges prefer what stands first. Default true.'),
  repeats: z
    .int()
    .min(1)
    .max(50)
    .default(1)
    .describe('How often each question is asked; above 1 the judge’s answers are drawn, not its likeliest. Default 1.'),
  reasons: z.boolean().default(false).describe('Ask the judge why, once it has decided. Default false.'),
});

/** Criteria that two texts decide, so that a cross-encoder can judge by them. */
const PAIRED = CRITERION_NAMES.filter((name) => CRITERIA[name].pair !== undefined);

export type JudgeOptions = z.output<typeof options>;

/** What other keys a key needs, and whether texts can be filled in. */
export const judgeOptions = options.superRefine((given, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const judges = [given.judge].flat().length;
  const { combine, weights, sure_from: sureFrom, mode, items, against, criterion } = given;
  if (weights !== undefined && combine !== 'weighted') refuse('weights', 'is for `combine: weighted`');
  if (combine === 'weighted' && weights?.length !== judges)
    refuse('weights', `must have a weight for each of the ${judges} judges`);
  if (sureFrom !== undefined && combine !== 'cascade') refuse('sure_from', 'is for `combine: cascade`');
  if (combine === 'cascade' && sureFrom?.length !== judges && sureFrom?.length !== judges - 1)
    refuse('sure_from', `must have ${judges - 1} or ${judges} numbers for ${judges} judges`);
  if (combine === 'cascade' && judges < 2) refuse('judge', 'must be a list of two or more for a cascade');
  if ((mode === 'checklist') !== (items !== undefined)) refuse('items', 'go with `mode: checklist`');
  if (against !== undefined && mode !== 'compare') refuse('against', 'is for `mode: compare`');
  if (mode === 'compare' && given.labels !== undefined) refuse('labels', 'are not for `mode: compare`');
  if (criterion !== undefined && mode === 'compare' && CRITERIA[criterion].needs.includes('target_output'))
    refuse('criterion', `${criterion} shows the reference, which compare mode judges`);
  if (hasEntailment(given.judge)) {
    if (mode !== 'grade' || criterion === undefined || !PAIRED.includes(criterion))
      refuse('judge', `an entailment model needs \`mode: grade\` and one of the criteria ${PAIRED.join(', ')}`);
    if (given.labels !== undefined && Object.keys(given.labels).length !== 2)
      refuse('labels', 'must be two for an entailment model');
    if (given.rubric !== undefined && [given.judge].flat().every(isEntailment))
      refuse('rubric', 'is not read by an entailment model, which sees two texts alone');
  }
  for (const text of given.rubric === undefined ? [] : [given.rubric]) {
    try {
      compilePromptTemplate(text);
    } catch (thrown) {
      refuse('rubric', (thrown as Error).message);
    }
  }
});

function hasEntailment(judge: JudgeOptions['judge']): boolean {
  return [judge].flat().some(isEntailment);
}

function isEntailment(judge: unknown): boolean {
  return typeof judge === 'object' && judge !== null && 'entailment' in judge;
}
