import { normaliseQuac } from '../text/normalisers.ts';
import { isPythonWhitespace, stripPython } from '../text/python-whitespace.ts';

/** 1 if output and target are equal but for whitespace at their ends, else 0 (FMEval's `exact_match_score`). */
export function exactMatch(output: string, target: string): number {
  if (output === target) return 1;
  return (hasOuterWhitespace(output) || hasOuterWhitespace(target)) && stripPython(output) === stripPython(target)
    ? 1
    : 0;
}

/** The same of two parts of texts, from … to (exclusive): strings are made only where white space stands at an end. */
export function exactMatchWithin(
  output: string,
  outputFrom: number,
  outputTo: number,
  target: string,
  targetFrom: number,
  targetTo: number,
): number {
  const length = outputTo - outputFrom;
  if (length === targetTo - targetFrom) {
    let i = 0;
    while (i < length && output.charCodeAt(outputFrom + i) === target.charCodeAt(targetFrom + i)) i++;
    if (i === length) return 1;
  }
  return isPadded(output, outputFrom, outputTo) || isPadded(target, targetFrom, targetTo)
    ? exactMatch(output.slice(outputFrom, outputTo), target.slice(targetFrom, targetTo))
    : 0;
}

function isPadded(text: string, from: number, to: number): boolean {
  return to > from && (isPythonWhitespace(text.charCodeAt(from)) || isPythonWhitespace(text.charCodeAt(to - 1)));
}

const hasOuterWhitespace = (text: string): boolean => isPadded(text, 0, text.length);

/** 1 if the QuAC normal forms of both, stripped, are equal, else 0 (FMEval's `quasi_exact_match_score`). */
export function quasiExactMatch(output: string, target: string): number {
  return normaliseQuac(stripPython(output)) === normaliseQuac(stripPython(target)) ? 1 : 0;
}
