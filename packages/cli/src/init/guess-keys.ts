/** The columns that a first config names. */
export interface GuessedKeys {
  readonly model_input_key?: string;
  readonly target_output_key?: string;
  readonly model_output_key?: string;
  readonly category_key?: string;
}

/** Names that datasets in the wild give to each, likeliest first. */
const USUAL_NAMES: Readonly<Record<keyof GuessedKeys, readonly string[]>> = {
  model_input_key: [
    ...['model_input', 'question', 'prompt', 'input', 'query', 'instruction', 'problem', 'goal'],
    ...['document', 'article', 'passage', 'review', 'sentence', 'text'],
  ],
  target_output_key: [
    ...['target_output', 'answer', 'answers', 'target', 'expected', 'expected_output', 'expected_answer'],
    ...['correct_answer', 'reference', 'ideal', 'gold', 'label', 'summary', 'solution'],
  ],
  model_output_key: ['model_output', 'output', 'response', 'prediction', 'completion', 'generated_text', 'generation'],
  category_key: ['category', 'topic', 'subject', 'domain', 'type', 'group'],
};

/**
 * Picks columns by their names, letter case aside; what the user names goes first.
 * @param given keys that are certain
 */
export function guessKeys(columns: readonly string[], given: GuessedKeys): GuessedKeys {
  const taken = new Set(Object.values(given));
  const byName = new Map(columns.filter((column) => !taken.has(column)).map((name) => [name.toLowerCase(), name]));
  const guessed = Object.entries(USUAL_NAMES).flatMap(([key, names]) => {
    const found = names.flatMap((name) => byName.get(name) ?? [])[0];
    return found === undefined ? [] : [[key, found] as const];
  });
  return { ...Object.fromEntries(guessed), ...given };
}
