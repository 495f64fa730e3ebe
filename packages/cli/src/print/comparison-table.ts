import { type Comparison, leftOutText, verdictWords } from 'assay/internal';
import { fitted, shorten, wrapped } from './fit-text.ts';
import { bold, dim, printable, type Terminal } from './terminal.ts';

/** What a line takes beside the name of its score: difference, interval, pairs, verdict and the space between. */
const FIGURES_WIDTH = 52;
const LEAST_NAME = 16;
const LONGEST_NAME = 34;

/**
 * Candidate − baseline, a line for each score with a verdict, the reason of a decided one below. That it cannot be told is
 * said once, with the count and the pairs that the first of them would need; scores without a verdict are shown, and every reason, only if all is
 * asked for.
 */
export function comparisonTable(comparisons: readonly Comparison[], terminal: Terminal, isVerbose = false): string {
  const lines = groupsOf(comparisons).flatMap((group) => {
    const { algorithm, baseline, candidate } = group[0]!;
    const name = printable(algorithm);
    const sides = `${printable(candidate)} − ${printable(baseline)}`;
    const head = `${bold(name, terminal)}   ${shorten(sides, Math.max(LEAST_NAME, terminal.columns - name.length - 3))}`;
    const rows = isVerbose ? group : group.filter(({ verdict }) => verdict !== null);
    const open = isVerbose ? [] : openLines(group, terminal);
    return ['', head, ...rows.flatMap((each) => scoreLines(each, terminal, isVerbose)), ...open];
  });
  const notes = comparisons.length === 0 ? [] : ['', ...wrapped(note(comparisons), terminal.columns)];
  return [...lines, ...notes.map((line) => dim(line, terminal))].join('\n');
}

/** Pairs and algorithms as they come; within them the scores with a verdict first. */
function groupsOf(comparisons: readonly Comparison[]): Comparison[][] {
  const groups = new Map<string, Comparison[]>();
  for (const each of comparisons) {
    const key = JSON.stringify([each.baseline, each.candidate, each.algorithm]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const judged = (is: boolean) => (each: Comparison) => (each.verdict !== null) === is;
  return [...groups.values()].map((group) => [...group.filter(judged(true)), ...group.filter(judged(false))]);
}

function scoreLines(comparison: Comparison, terminal: Terminal, isVerbose: boolean): string[] {
  const { score, measure, n, leftOut, difference, interval, adjustedInterval, verdict, margin, reason } = comparison;
  const ends = adjustedInterval ?? interval;
  const range = ends === null ? '' : `${signed(ends[0])} … ${signed(ends[1])}`;
  const left = leftOutText(leftOut);
  const width = Math.min(LONGEST_NAME, Math.max(LEAST_NAME, terminal.columns - FIGURES_WIDTH));
  const isOpen = verdict === 'cannot tell' && !isVerbose;
  const words = verdict === null || isOpen ? '' : verdictWords(verdict, margin);
  const line = `  ${fitted(score, width)}${signed(difference).padStart(8)}   ${range.padEnd(17)}  ${`n ${n}`.padEnd(8)}${words}`;
  const why = [
    pValue(comparison.adjustedPValue ?? comparison.pValue),
    ...(measure === undefined ? [] : [measure]),
    ...(reason === '' ? [] : [reason]),
    ...(left === '' ? [] : [`left out: ${left}`]),
  ].join('; ');
  const reasons = isVerbose || !isOpen ? wrapped(printable(why), terminal.columns, '    ') : [];
  return [line.trimEnd(), ...reasons.map((each) => dim(each, terminal))];
}

/** `cannot tell: 5 scores (f1_score, …)`, what would tell them, and what is left out of the line. */
function openLines(group: readonly Comparison[], terminal: Terminal): string[] {
  const open = group.filter(({ verdict }) => verdict === 'cannot tell');
  const unjudged = group.filter(({ verdict }) => verdict === null).length;
  const [first] = open;
  const names = open.map(({ score }) => score).join(', ');
  const count = open.length === 1 ? '' : `${open.length} scores: `;
  const told = first === undefined ? [] : [`cannot tell   ${count}${names}, n ${first.n}; ${first.reason}`];
  const left = [...new Set(open.map(({ leftOut }) => leftOutText(leftOut)).filter((text) => text !== ''))];
  const more =
    unjudged === 0 ? [] : [`${unjudged} more ${unjudged === 1 ? 'score' : 'scores'} without a verdict: --verbose`];
  return [...told, ...left.map((text) => `left out: ${text}`), ...more].flatMap((text) =>
    wrapped(printable(text), terminal.columns, '  '),
  );
}

/** What intervals and p-values hold for. */
function note(comparisons: readonly Comparison[]): string {
  const family = Math.max(0, ...comparisons.map((each) => each.family));
  const confidence = Number((100 * comparisons[0]!.confidence).toPrecision(6));
  const together =
    family > 1 ? `together over the ${family} with a verdict` : family === 1 ? 'for the one with a verdict' : 'alone';
  const alone =
    family > 0 && comparisons.some(({ verdict }) => verdict === null)
      ? '; those without a verdict are not primary and hold for each alone'
      : '';
  return `candidate − baseline; ${confidence} % intervals and p-values hold ${together}${alone}`;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return /^0\.0*$/.test(text) ? text : `${value > 0 ? '+' : '−'}${text}`;
}

function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
