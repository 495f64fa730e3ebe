import { readFileSync } from 'node:fs';
import type { Plugin } from 'vitest/config';

/** What scripts/mutate.mjs hands over: the tests that must notice, and code with mutants in place. */
interface Plan {
  readonly tests: string;
  readonly code: Readonly<Record<string, string>>;
}

export const { tests, code } = JSON.parse(readFileSync(`${process.env.ASSAY_MUTATION}/plan.json`, 'utf8')) as Plan;

export const mutated: Plugin = {
  name: 'mutated',
  enforce: 'pre',
  load: (id) => code[id.replace(/\?.*$/, '')] ?? null,
};
