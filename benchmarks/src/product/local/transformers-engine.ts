import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { type Figures, measure } from './figures.ts';
import { mixedTexts, NEW_TOKENS, prompts, THREADS } from './workload.ts';

type Generated = readonly { readonly generated_text: string }[];
interface Generator {
  (texts: readonly string[], options: object): Promise<readonly Generated[]>;
  readonly tokenizer: { encode(text: string, options: object): readonly number[] };
}
type Extractor = (texts: readonly string[], options: object) => Promise<{ readonly dims: readonly number[] }>;

/** The very copy that our runner takes its tokenizers from. */
async function open(task: string, model: string, options: object): Promise<unknown> {
  const entry = createRequire(import.meta.resolve('@assay/runner-local')).resolve('@xenova/transformers');
  const { env, pipeline } = await import(entry);
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model);
  return pipeline(task, basename(model), { ...options, session_options: { intraOpNumThreads: THREADS } });
}

/** The pipeline of transformers.js on the usual layout of the same weights. */
export async function generate(model: string, count: number, batch: number): Promise<Figures> {
  const generator = (await open('text-generation', model, { dtype: 'q4' })) as Generator;
  return measure(async () => {
    let made = 0;
    await inBatches(prompts(count), batch, async (texts) => {
      const options = { max_new_tokens: NEW_TOKENS, do_sample: false, return_full_text: false };
      for (const [answer] of await generator(texts, options)) {
        made += generator.tokenizer.encode(answer!.generated_text, { add_special_tokens: false }).length;
      }
    });
    return made;
  });
}

/** The feature-extraction pipeline, on texts in the order in which they come. */
export async function embed(model: string, count: number, batch: number): Promise<Figures> {
  const extractor = (await open('feature-extraction', model, { dtype: 'q8' })) as Extractor;
  return measure(async () => {
    let done = 0;
    await inBatches(mixedTexts(count), batch, async (texts) => {
      const { dims } = await extractor(texts, { pooling: 'mean', normalize: true });
      done += dims[0]!;
    });
    return done;
  });
}

async function inBatches(
  texts: readonly string[],
  size: number,
  each: (texts: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < texts.length; start += size) await each(texts.slice(start, start + size));
}
