/** One output to be labelled, with what a person needs to see; nothing says which model it is of. */
export interface LabelTask {
  /** Digests of the sample and of the output. */
  readonly sample: string;
  readonly output: string;
  readonly question: string;
  readonly reference: string | null;
  readonly answer: string;
}

/** Outputs to be labelled in another tool, and what was said of them already. */
export interface LabelSheet {
  readonly rubric: { readonly digest: string; readonly text: string };
  /** Words that may be said. */
  readonly words: readonly string[];
  readonly tasks: readonly LabelTask[];
}
