import { existsSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vitest/config';
import { parseAlone, parseName, parsePlan } from './stored-json.ts';

const FOLDER = process.env.ASSAY_MUTATION;

export const { tests, code, chosen } = parsePlan(readFileSync(`${FOLDER}/plan.json`, 'utf8'));

/** The one mutant to try, in a process of its own. */
export const alone =
  process.env.ASSAY_MUTATION_PHASE === 'alone' ? parseAlone(readFileSync(`${FOLDER}/alone.json`, 'utf8')) : undefined;

/** Files of tests that a process went through to their end. */
export function endedFiles(): string[] {
  const file = `${FOLDER}/ended.jsonl`;
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map(parseName);
}

/** What a module keeps from call to call, and how it is emptied: one mutant's figures would be found there by the next. */
const KEPT = [
  [/^const (\w+) = new (?:Map|Set)(?:<[^()]*>)?\(\);/gm, '.clear()'],
  [/^const (\w+): [^=]*\[\] = (?:\[\]|.*"Stryker was here".*\[\]\));/gm, '.length = 0'],
  [/^let (\w+): [^=;]*\bundefined;/gm, ' = undefined'],
] as const;

function withEmptying(source: string): string {
  const empty = KEPT.flatMap(([pattern, how]) => [...source.matchAll(pattern)].map(([, name]) => `${name}${how};`));
  if (empty.length === 0) return source;
  return `${source}\n(globalThis.__emptyCaches__ ??= []).push(() => { ${empty.join(' ')} });\n`;
}

export const mutated: Plugin = {
  name: 'mutated',
  enforce: 'pre',
  load: (id) => {
    const source = code[id.replace(/\?.*$/, '')];
    return source === undefined ? null : withEmptying(source);
  },
};
