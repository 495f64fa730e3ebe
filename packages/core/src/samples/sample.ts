/**
 * What a dataset row can offer an algorithm, by FMEval's names where it has one.
 * `choices` is a list of texts; every other feature is one text.
 */
export const FEATURES = [
  'model_input',
  'target_output',
  'model_output',
  'category',
  'context',
  'sent_more_input',
  'sent_less_input',
  'sent_more_log_prob',
  'sent_less_log_prob',
  'sent_more_output',
  'sent_less_output',
  'choices',
  'answer_index',
  'cluster',
  'weight',
  'human_label',
] as const;

export type FeatureName = (typeof FEATURES)[number];

export type Features = { readonly [K in Exclude<FeatureName, 'choices'>]?: string } & {
  readonly choices?: readonly string[];
};

/** One row of the dataset, located and read. */
export interface Sample {
  /** Position among all rows of all files, in file order, from 0. Names the sample in the journal. */
  readonly index: number;
  /** 16 hexadecimal digits over the features: aligns samples across runs whose datasets differ. */
  readonly digest: string;
  readonly features: Features;
  /** The row as read, for prompt templates that name other fields (`$context`, `$title`). */
  readonly record: Readonly<Record<string, unknown>>;
}
