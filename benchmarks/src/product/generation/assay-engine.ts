import { createLocalRunner } from '@assay/runner-local';
import { type EngineFigures, measure, NEW_TOKENS } from './workload.ts';

/** Our runner, as a user gets it. */
export async function runAssay(
  model: string,
  prompts: readonly string[],
  batch: number,
  unpack: boolean,
): Promise<EngineFigures> {
  const startedMs = performance.now();
  const runner = await createLocalRunner({ model, workers: 2, batchSize: batch, unpack });
  const figures = await measure(startedMs, async () => {
    let newTokens = 0;
    const list = prompts.map((text, id) => ({ id: String(id), text }));
    for await (const answer of runner.generate(list, { maxNewTokens: NEW_TOKENS })) {
      if (!answer.ok) throw new Error(answer.error.message);
      newTokens += answer.newTokens ?? 0;
    }
    return newTokens;
  });
  await runner.close();
  return figures;
}
