import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseStored, type StoredShape, storedShape } from '../../storage/read-json.ts';
import { DECISION_FILE_NAME, type Decision } from './select-step.ts';

const decision: StoredShape<Decision> = storedShape(() => {
  const gate = z.looseObject({
    passed: z.boolean(),
    status: z.enum(['passed', 'failed', 'inconclusive']),
    reason: z.string(),
    least: z.number().exactOptional(),
    greatest: z.number().exactOptional(),
    regressionPassed: z.boolean().exactOptional(),
  });

  return z.looseObject({
    run: z.string(),
    passed: z.boolean(),
    reason: z.string(),
    selection: z.looseObject({
      model: z.string().nullable(),
      score: z.string(),
      value: z.number().nullable(),
      tied: z.array(z.string()),
      ranks: z.array(
        z.custom<Decision['selection']['ranks'][number]>((rank) => typeof rank === 'object' && rank !== null),
      ),
      reason: z.string(),
      runner: z.string(),
    }),
    gates: z.record(z.string(), gate),
  });
});

/** What the select step decided. @param folder that it wrote to @throws AssayError RUN_DAMAGED */
export async function readDecision(folder: string): Promise<Decision> {
  const file = join(folder, DECISION_FILE_NAME);
  return parseStored(file, await readFile(file, 'utf8'), decision, 'RUN_DAMAGED');
}
