import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { type EngineFigures, measure, NEW_TOKENS } from './workload.ts';

type Generated = readonly { readonly generated_text: string }[];
interface Generator {
  (texts: readonly string[], options: object): Promise<readonly Generated[]>;
  readonly tokenizer: { encode(text: string, options: object): readonly number[] };
}

/** The pipeline of transformers.js on the usual layout of the same weights. */
export async function runTransformers(
  model: string,
  prompts: readonly string[],
  batch: number,
): Promise<EngineFigures> {
  const startedMs = performance.now();
  // The very copy that our runner takes its tokenizers from.
  const entry = createRequire(import.meta.resolve('@assay/runner-local')).resolve('@xenova/transformers');
  const { env, pipeline } = await import(entry);
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model);
  const generator = (await pipeline('text-generation', basename(model), { dtype: 'q4' })) as Generator;
  return measure(startedMs, async () => {
    let newTokens = 0;
    for (let start = 0; start < prompts.length; start += batch) {
      const texts = prompts.slice(start, start + batch);
      const options = { max_new_tokens: NEW_TOKENS, do_sample: false, return_full_text: false };
      for (const [answer] of await generator(texts, options)) {
        newTokens += generator.tokenizer.encode(answer!.generated_text, { add_special_tokens: false }).length;
      }
    }
    return newTokens;
  });
}
