import { z } from 'zod';

const block = z.record(z.string(), z.unknown());

/** The block of a judge that is written as JSON; undefined for a text that names a model. */
export function judgeBlock(judge: string): Readonly<Record<string, unknown>> | undefined {
  if (!judge.startsWith('{')) return undefined;
  try {
    return block.parse(JSON.parse(judge));
  } catch {
    return undefined;
  }
}
