import { block } from './judge-prompts.ts';

/** Asks a judge for what every good answer must do. @param questions some of those that the answers are to */
export function checklistPrompt(rubric: string, questions: readonly string[]): string {
  return [
    rubric,
    ...questions.map((question) => block('question', question)),
    'Write a checklist of what every good answer to such questions must do. One short requirement a line, ten at most, each of which can be answered by yes or no. Reply with the lines and nothing else.',
  ].join('\n\n');
}
