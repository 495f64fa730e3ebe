import { stripPython } from '../text/python-whitespace.ts';

/** What FMEval calls an output that names no valid label. */
export const UNKNOWN_LABEL: string = 'unknown';

/**
 * FMEval's label of an output: the first of its words, cut at single spaces, lower-cased and stripped,
 * that equals a valid label, lower-cased and stripped. Labels of several words never match.
 * @returns the label in lower case, or 'unknown'
 * @see https://github.com/aws/fmeval/blob/v1.2.3/src/fmeval/eval_algorithms/classification_accuracy.py
 */
export function fmevalLabel(output: string, validLabels: readonly string[]): string {
  const valid = new Set(validLabels.map((label) => stripPython(label.toLowerCase())));
  for (const word of output.split(' ')) {
    const label = stripPython(word.toLowerCase());
    if (valid.has(label)) return label;
  }
  return UNKNOWN_LABEL;
}
