import { z } from 'zod';
import { type PythonPattern, pythonPattern } from '../python/pattern.ts';

/** A pattern of Python's `re` that can be run within bounds. */
export const pattern = z.string().superRefine((text, context) => {
  try {
    pythonPattern(text);
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: (thrown as Error).message });
  }
});

const MOST_KEPT = 500;
const patterns = new Map<string, PythonPattern>();

/** Compiled once: options hold the same few patterns for every sample. */
export function compiled(text: string): PythonPattern {
  let found = patterns.get(text);
  if (found === undefined) {
    found = pythonPattern(text);
    if (patterns.size >= MOST_KEPT) patterns.clear();
    patterns.set(text, found);
  }
  return found;
}
