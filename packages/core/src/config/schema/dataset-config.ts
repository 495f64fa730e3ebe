import { z } from 'zod';
import { DELIMITER_NAMES } from '../delimiter-names.ts';
import { encodingOfLabel } from '../encoding-label.ts';

export const DATASET_FORMATS = ['jsonlines', 'json', 'csv', 'parquet'] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

export const DIALECTS = [
  'fmeval',
  'bedrock',
  'openai-evals',
  'mlflow',
  'azure',
  'promptfoo-csv',
  'sagemaker-data-capture',
] as const;
export type Dialect = (typeof DIALECTS)[number];

const MIME_TYPES = {
  jsonlines: 'jsonlines',
  json: 'json',
  csv: 'csv',
  parquet: 'parquet',
  'application/jsonlines': 'jsonlines',
  'application/x-ndjson': 'jsonlines',
  'application/json': 'json',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/vnd.apache.parquet': 'parquet',
  'application/parquet': 'parquet',
  'application/x-parquet': 'parquet',
} as const satisfies Record<string, DatasetFormat>;

const mimeType = z
  .enum(Object.keys(MIME_TYPES) as [keyof typeof MIME_TYPES, ...(keyof typeof MIME_TYPES)[]])
  .transform((type): DatasetFormat => MIME_TYPES[type]);

const key = (what: string) => z.string().min(1).optional().describe(`Column or JMESPath of ${what}.`);
const location = (ours: string) => z.string().min(1).optional().describe(`FMEval’s spelling of \`${ours}\`.`);

const limit = z
  .union([
    z.int().min(1),
    z
      .string()
      .regex(
        /^[1-9]\d*-[1-9]\d*$/,
        'must be a number, or a range of rows such as "101-200" (from 1, both ends included)',
      ),
  ])
  .transform((value): number | { from: number; to: number } => (typeof value === 'number' ? value : rowRange(value)));

/** `A-B`, rows counted from 1 and both ends included, as a half-open range from 0. */
function rowRange(text: string): { from: number; to: number } {
  const [first = 1, last = 1] = text.split('-').map(Number);
  return { from: first - 1, to: last };
}

const budget = (what: string) => z.int().min(1).optional().describe(what);

const budgets = z
  .strictObject({
    line_bytes: budget('Bytes of a row; longer is a bad row. Default 16777216.'),
    unpacked_bytes: budget('Of a packed file. Default 68719476736.'),
    unpacked_ratio: budget('Unpacked bytes a packed byte, beyond 16 MiB. Default 300.'),
    document_bytes: budget('Of a JSON document. Default 268435456.'),
    document_values: budget('Values in a JSON document. Default 10000000.'),
    depth: budget('Levels within a value; deeper is a bad row. Default 64.'),
    columns: budget('Columns of a row; wider is a bad row. Default 10000.'),
    categories: budget('Categories with own figures; the rest are (other). Default 1000.'),
    text_pairs: budget('Characters of an answer times its target’s; beyond: unscored(too_long). Default 100000000000.'),
    edit_pairs: budget('The same for assertions’ `levenshtein`. Default 250000000000.'),
    bertscore_pairs: budget('The same for BERTScore. Default 250000000.'),
  })
  .describe('Most that the data may ask of this machine.');

export const datasetConfig = z
  .strictObject({
    dataset_name: z.string().min(1).optional().describe('Label in results. Default: the file’s name.'),
    input_data_location: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('Files, folders, globs, URIs or names of sets (docs/datasets.md).'),
    dataset_mime_type: mimeType.optional().describe('Format. Default: by ending.'),
    encoding: z
      .string()
      .refine((label) => encodingOfLabel(label) !== undefined, {
        error: 'must be an encoding such as utf-8, utf-16le, latin-1, windows-1252 or shift_jis',
      })
      .transform((label) => encodingOfLabel(label)!)
      .optional()
      .describe('Default: UTF-8, UTF-16 or Windows-1252, as it reads.'),
    delimiter: z
      .string()
      .transform((text) => DELIMITER_NAMES[text] ?? text)
      .refine((text) => text.length === 1 && !/["\r\n]/.test(text), {
        error: 'must be one character, or comma, semicolon, tab or pipe',
      })
      .optional()
      .describe('Of CSV. Default: comma, semicolon, tab or pipe, by the first rows.'),
    dialect: z.enum(DIALECTS).optional().describe('Column names of another tool; keys given here win.'),
    model_input_key: key('the text put to the model'),
    target_output_key: key('the expected answer; alternatives joined by <OR>, or a list'),
    category_key: key('the category to break results down by'),
    model_output_key: key('an output that exists already'),
    context_key: key('the passage that the question is about'),
    sent_more_input_key: key('the more stereotypical sentence'),
    sent_less_input_key: key('the less stereotypical sentence'),
    sent_more_log_prob_key: key('the log-probability of the more stereotypical sentence'),
    sent_less_log_prob_key: key('the log-probability of the less stereotypical sentence'),
    sent_more_output_key: key('the output for the more stereotypical sentence'),
    sent_less_output_key: key('the output for the less stereotypical sentence'),
    choices_key: key('the answers to choose from, a list of texts'),
    answer_index_key: key('the right choice: its position from 0, or its letter'),
    cluster_key: key('what groups samples that are not independent'),
    weight_key: key('how much a sample counts, from 0'),
    human_label_key: key('a human’s verdict, to hold a judge against'),
    human_labels: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('Files of people’s labels, from `assay label`.'),
    model_input_location: location('model_input_key'),
    target_output_location: location('target_output_key'),
    category_location: location('category_key'),
    model_output_location: location('model_output_key'),
    context_location: location('context_key'),
    sent_more_input_location: location('sent_more_input_key'),
    sent_less_input_location: location('sent_less_input_key'),
    sent_more_log_prob_location: location('sent_more_log_prob_key'),
    sent_less_log_prob_location: location('sent_less_log_prob_key'),
    sent_more_output_location: location('sent_more_output_key'),
    sent_less_output_location: location('sent_less_output_key'),
    target_output_delimiter: z.string().min(1).optional().describe('Joins a list of expected answers. Default <OR>.'),
    limit: limit.optional().describe('The first N rows, or "A-B" (from 1, both included).'),
    sample: z
      .strictObject({
        n: z.int().min(1).describe('Rows to draw.'),
        seed: z.int().optional().describe('Default: the run’s; with `compat: fmeval` 1234.'),
        compat: z.enum(['fmeval']).optional().describe('Draw as FMEval’s num_records does, in its order.'),
      })
      .optional()
      .describe('Draw rows at random, kept in the file’s order.'),
    budgets: budgets.optional(),
  })
  .transform(locationsToKeys)
  .describe('Which data, and where its fields are.');

/** Folds FMEval’s `*_location` into `*_key`; a key that is given wins. */
function locationsToKeys<T extends Record<string, unknown>>(
  dataset: T,
): Omit<T, `${string}_location`> & Pick<T, 'input_data_location' & keyof T> {
  const folded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(dataset)) {
    if (name === 'input_data_location' || !name.endsWith('_location')) folded[name] = value;
  }
  for (const [name, value] of Object.entries(dataset)) {
    const ours = name.replace(/_location$/, '_key');
    if (name.endsWith('_location') && name !== 'input_data_location') folded[ours] ??= value;
  }
  return folded as Omit<T, `${string}_location`> & Pick<T, 'input_data_location' & keyof T>;
}

export type DatasetConfig = z.output<typeof datasetConfig>;
