interface JudgedAnswer {
  readonly rubric: string;
  readonly question: string;
  readonly output: string;
}

/** One answer, by a rubric, in one of the given words. */
export function gradePrompt({
  rubric,
  question,
  output,
  reference,
  labels,
}: JudgedAnswer & { readonly reference: string | undefined; readonly labels: readonly string[] }): string {
  const hasReference = reference !== undefined && reference.trim() !== '';
  return [
    rubric,
    block('question', question),
    ...(hasReference ? [block('reference', reference)] : []),
    block('answer', output),
    `Reply with one of these words and nothing else: ${labels.join(', ')}.`,
  ].join('\n\n');
}

/** Two answers side by side: A is the output unless swapped. */
export function comparePrompt({
  rubric,
  question,
  output,
  reference,
  isSwapped,
}: JudgedAnswer & { readonly reference: string; readonly isSwapped: boolean }): string {
  const [a, b] = isSwapped ? [reference, output] : [output, reference];
  return [
    rubric,
    block('question', question),
    block('answer_a', a),
    block('answer_b', b),
    'Which answer is better? Reply with one of these words and nothing else: A, B, tie.',
  ].join('\n\n');
}

/** A text that ends its own block could speak with our voice: the end mark is taken out of it. */
function block(name: string, text: string): string {
  const inside = text.replaceAll(/<\/?\s*(?:question|reference|answer(?:_[ab])?)\s*>/gi, ' ');
  return `<${name}>\n${inside.trim()}\n</${name}>`;
}
