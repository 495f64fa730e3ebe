import { normaliseQuac } from '../text/normalisers.ts';
import { isPythonWhitespace, stripPython } from '../text/python-whitespace.ts';

/** 1 if output and target are equal but for whitespace at their ends, else 0 (FMEval's `exact_match_score`). */
export function exactMatch(output: string, target: string): number {
  if (output === target) return 1;
  return (hasOuterWhitespace(output) || hasOuterWhitespace(target)) && stripPython(output) === stripPython(target)
    ? 1
    : 0;
}

function hasOuterWhitespace(text: string): boolean {
  const last = text.length - 1;
  return last >= 0 && (isPythonWhitespace(text.charCodeAt(0)) || isPythonWhitespace(text.charCodeAt(last)));
}

/** 1 if the QuAC normal forms of both, stripped, are equal, else 0 (FMEval's `quasi_exact_match_score`). */
export function quasiExactMatch(output: string, target: string): number {
  return normaliseQuac(stripPython(output)) === normaliseQuac(stripPython(target)) ? 1 : 0;
}
