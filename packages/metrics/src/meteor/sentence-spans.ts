import { isPythonWhitespace, stripPythonEnd } from '../text/python-whitespace.ts';
import { sentenceBreakJudge } from './contains-sentence-break.ts';
import type { NltkDialect } from './nltk-dialect.ts';
import type { PunktParameters } from './punkt-parameters.ts';
import { punktNonWord } from './punkt-words.ts';

export type Span = readonly [from: number, to: number];

interface Candidate {
  readonly at: number;
  readonly context: string;
  readonly nextStart: number;
}

/**
 * Cuts texts into sentences as nltk's `sent_tokenize`, given the same parameters. The result is spans in UTF-16 code units;
 * white space between sentences belongs to none.
 */
export function sentenceSplitter(dialect: NltkDialect, parameters: PunktParameters): (text: string) => Span[] {
  const breaks = sentenceBreakJudge(dialect, parameters);
  const { spaces } = dialect;
  const candidate = new RegExp(`[.?!](?=([${punktNonWord(dialect)}]|[${spaces}]+([^${spaces}]+)))`, 'gu');
  const closing = new RegExp(`^["')\\]}${dialect.curlyQuotes}]+?(?:[${spaces}]+|(?=--)|$)`, 'u');
  return (text) => {
    const spans: Span[] = [];
    let from = 0;
    for (const { at, context, nextStart } of candidates(text, candidate)) {
      if (!breaks(context)) continue;
      spans.push([from, at + 1]);
      from = nextStart;
    }
    spans.push([from, stripPythonEnd(text).length]);
    return realigned(text, spans, closing);
  };
}

/** Places where a sentence may end; of several in one word only the last. */
function candidates(text: string, pattern: RegExp): Candidate[] {
  const found: Candidate[] = [];
  let previousStart = 0;
  let previousEnd = 0;
  for (const match of text.matchAll(pattern)) {
    const at = match.index;
    const space = lastAsciiSpace(text, previousEnd, at);
    const wordStart = space > previousEnd ? space + 1 : previousStart;
    if (found.length > 0 && previousEnd > wordStart) found.pop();
    const after = match[1]!;
    const nextToken = match[2];
    found.push({
      at,
      context: text.slice(wordStart, at + 1) + after,
      nextStart: nextToken === undefined ? at + 1 : at + 1 + after.length - nextToken.length,
    });
    previousStart = wordStart;
    previousEnd = at;
  }
  return found;
}

/** Place of the last of Python's string.whitespace in text[from, to), or −1. */
function lastAsciiSpace(text: string, from: number, to: number): number {
  for (let i = to - 1; i >= from; i--) {
    const unit = text.charCodeAt(i);
    if (unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)) return i;
  }
  return -1;
}

/** Moves closing quotes and brackets at the start of a sentence to the end of the one before. */
function realigned(text: string, spans: readonly Span[], closing: RegExp): Span[] {
  const result: Span[] = [];
  let moved = 0;
  spans.forEach(([start, to], i) => {
    const from = start + moved;
    const next = spans[i + 1];
    const match = next && closing.exec(text.slice(next[0], next[1]));
    if (match) {
      result.push([from, next[0] + lengthWithoutEnd(match[0])]);
      moved = match[0].length;
    } else {
      moved = 0;
      if (from < to) result.push([from, to]);
    }
  });
  return result;
}

function lengthWithoutEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isPythonWhitespace(text.charCodeAt(end - 1))) end--;
  return end;
}
