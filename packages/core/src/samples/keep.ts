/** What of each sample the journal keeps beside its scores. */
export interface Keep {
  /** The prompt as it was sent. */
  readonly prompts: boolean;
  /** The model's answers, and disturbed inputs. */
  readonly outputs: boolean;
  /** Tokens of answers and of scored texts, with their log-probabilities. */
  readonly tokens: boolean;
  /** Columns of the row, by name or JMESPath. */
  readonly columns: readonly string[];
}

export const KEEP_USUAL: Keep = { prompts: true, outputs: true, tokens: false, columns: [] };
