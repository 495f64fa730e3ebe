import type { FieldLookup } from '../../prompts/prompt-template.ts';

/** What a judge is shown, beside what it is asked. */
export interface JudgedAnswer {
  readonly rubric: string;
  readonly question?: string | undefined;
  /** What the question is about, where the row has it. */
  readonly context?: string | undefined;
  readonly reference?: string | undefined;
  readonly output: string;
}

/** The words of a verdict, in the order in which they are to be shown. */
interface Words {
  readonly labels: readonly string[];
  /** When a label is deserved. @default {} */
  readonly meanings?: Readonly<Record<string, string>>;
}

/** One answer, by a rubric, in one of the given words. */
export function gradePrompt({ labels, meanings = {}, ...judged }: JudgedAnswer & Words): string {
  const levels = labels.flatMap((label) => (meanings[label] === undefined ? [] : [`${label}: ${meanings[label]}.`]));
  return [...shown(judged), ...(levels.length === 0 ? [] : [levels.join('\n')]), replyWith(labels)].join('\n\n');
}

/** Whether one answer meets one requirement. */
export function itemPrompt({ labels, item, ...judged }: JudgedAnswer & Words & { readonly item: string }): string {
  return [...shown(judged), block('requirement', item), `Does the answer meet it? ${replyWith(labels)}`].join('\n\n');
}

/** Two answers side by side: A is the output unless swapped. */
export function comparePrompt(judged: JudgedAnswer & { readonly other: string; readonly isSwapped: boolean }): string {
  return [...compared(judged), `Which answer is better? ${replyWith(['A', 'B', 'tie'])}`].join('\n\n');
}

/** Why a verdict was given, which is settled. */
export function reasonPrompt(judged: JudgedAnswer & { readonly other?: string | undefined }, verdict: string): string {
  const { other } = judged;
  const both = other === undefined ? shown(judged) : compared({ ...judged, other, isSwapped: false });
  return [...both, `The verdict is: ${verdict}.`, 'Say in one or two sentences why.'].join('\n\n');
}

function shown({ rubric, context, question, reference, output }: JudgedAnswer): string[] {
  return [
    rubric,
    ...optional('context', context),
    ...(question === undefined ? [] : [block('question', question)]),
    ...optional('reference', reference),
    block('answer', output),
  ];
}

function compared({
  rubric,
  context,
  question,
  reference,
  output,
  other,
  isSwapped,
}: JudgedAnswer & { readonly other: string; readonly isSwapped: boolean }): string[] {
  const [a, b] = isSwapped ? [other, output] : [output, other];
  return [
    rubric,
    ...optional('context', context),
    ...(question === undefined ? [] : [block('question', question)]),
    ...optional('reference', reference),
    block('answer_a', a),
    block('answer_b', b),
  ];
}

function replyWith(labels: readonly string[]): string {
  return `Reply with one of these words and nothing else: ${labels.join(', ')}.`;
}

function optional(name: string, text: string | undefined): string[] {
  return text === undefined || text.trim() === '' ? [] : [block(name, text)];
}

export function block(name: string, text: string): string {
  return `<${name}>\n${withoutMarks(text).trim()}\n</${name}>`;
}

/** A text that ends its own block could speak with our voice: the end mark is taken out of it. */
function withoutMarks(text: string): string {
  return text.replaceAll(/<\/?\s*(?:context|question|reference|requirement|answer(?:_[ab])?)\s*>/gi, ' ');
}

/** Fields of a row as a rubric may quote them. */
export function quoted(lookup: FieldLookup): FieldLookup {
  return (name) => {
    const value = lookup(name);
    return typeof value === 'string' ? withoutMarks(value) : value;
  };
}
