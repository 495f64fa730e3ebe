import { z } from 'zod';
import { jsonOf } from './json-checks.ts';

/** A part of a text under a label, as an output or a target says it. */
export interface StatedSpan {
  readonly label: string;
  /** UTF-16 units, as `text.slice(start, end)` counts. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly text?: string | undefined;
}

const place = z.int().nonnegative().optional();
const spans = z.array(z.object({ label: z.string(), start: place, end: place, text: z.string().optional() }));

/** A JSON list of spans, alone or in a Markdown code block; undefined where the text is none. */
export function statedSpans(text: string): readonly StatedSpan[] | undefined {
  const found = spans.safeParse(jsonOf(text, 'fenced')?.json);
  return found.success ? found.data : undefined;
}

/** How much of a text spans cover, each character counted once. @returns UTF-16 units */
export function coveredLength(found: readonly { readonly start: number; readonly end: number }[]): number {
  let [covered, reached] = [0, 0];
  for (const { start, end } of found.toSorted((a, b) => a.start - b.start)) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}
