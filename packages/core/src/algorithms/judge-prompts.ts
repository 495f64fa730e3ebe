import type { FieldLookup } from '../prompts/prompt-template.ts';

interface JudgedAnswer {
  readonly rubric: string;
  readonly question: string;
  /** What the question is about, where the row has it. */
  readonly context?: string | undefined;
  readonly output: string;
}

/** One answer, by a rubric, in one of the given words. */
export function gradePrompt({
  rubric,
  question,
  context,
  output,
  reference,
  labels,
}: JudgedAnswer & { readonly reference: string | undefined; readonly labels: readonly string[] }): string {
  const hasReference = reference !== undefined && reference.trim() !== '';
  return [
    rubric,
    ...contextBlock(context),
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
  context,
  output,
  reference,
  isSwapped,
}: JudgedAnswer & { readonly reference: string; readonly isSwapped: boolean }): string {
  const [a, b] = isSwapped ? [reference, output] : [output, reference];
  return [
    rubric,
    ...contextBlock(context),
    block('question', question),
    block('answer_a', a),
    block('answer_b', b),
    'Which answer is better? Reply with one of these words and nothing else: A, B, tie.',
  ].join('\n\n');
}

function contextBlock(context: string | undefined): string[] {
  return context === undefined || context.trim() === '' ? [] : [block('context', context)];
}

function block(name: string, text: string): string {
  return `<${name}>\n${withoutMarks(text).trim()}\n</${name}>`;
}

/** A text that ends its own block could speak with our voice: the end mark is taken out of it. */
function withoutMarks(text: string): string {
  return text.replaceAll(/<\/?\s*(?:context|question|reference|answer(?:_[ab])?)\s*>/gi, ' ');
}

/** Fields of a row as a rubric may quote them. */
export function quoted(lookup: FieldLookup): FieldLookup {
  return (name) => {
    const value = lookup(name);
    return typeof value === 'string' ? withoutMarks(value) : value;
  };
}
