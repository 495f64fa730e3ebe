import type { ScoreOutcome } from '../algorithms/algorithm.ts';
import type { RangedSample } from '../journal/journal-record.ts';

/** `"name":` by name. */
const members = new Map<string, string>();

/**
 * One line of a scored range: what `JSON.stringify` would write, twice as fast for the usual line of numbers.
 * Digest, state and score names hold nothing that JSON escapes; the rest goes through `JSON.stringify`.
 */
export function encodeRangedSample(record: RangedSample): string {
  const { sample, digest, state, category, cluster, weight, input, target, features, columns, outputs } = record;
  let line = `{"sample":${sample},"digest":"${digest}"`;
  if (category !== undefined) line += `,"category":${JSON.stringify(category)}`;
  if (cluster !== undefined) line += `,"cluster":${JSON.stringify(cluster)}`;
  if (weight !== undefined) line += `,"weight":${weight}`;
  line += `,"state":"${state}","outcomes":{`;
  let separator = '';
  for (const label in record.outcomes) {
    line += `${separator}${member(label)}${encodeOutcome(record.outcomes[label]!)}`;
    separator = ',';
  }
  line += '}';
  if (input !== undefined) line += `,"input":${JSON.stringify(input)}`;
  if (target !== undefined) line += `,"target":${JSON.stringify(target)}`;
  if (features !== undefined) line += `,"features":${JSON.stringify(features)}`;
  if (columns !== undefined) line += `,"columns":${JSON.stringify(columns)}`;
  if (outputs !== undefined) line += `,"outputs":${JSON.stringify(outputs)}`;
  return `${line}}\n`;
}

function encodeOutcome(outcome: ScoreOutcome): string {
  if ('unscored' in outcome) return JSON.stringify(outcome);
  let text = '{"scores":{';
  let separator = '';
  for (const name in outcome.scores) {
    // The scores are finite: a number's text is its JSON.
    text += `${separator}${member(name)}${outcome.scores[name]}`;
    separator = ',';
  }
  text += '}';
  if (outcome.statistics !== undefined) text += `,"statistics":${JSON.stringify(outcome.statistics)}`;
  if (outcome.remarks !== undefined) text += `,"remarks":${JSON.stringify(outcome.remarks)}`;
  return `${text}}`;
}

function member(name: string): string {
  let text = members.get(name);
  if (text === undefined) {
    text = `${JSON.stringify(name)}:`;
    members.set(name, text);
  }
  return text;
}
