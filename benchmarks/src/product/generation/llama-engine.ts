import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EngineFigures, measure, NEW_TOKENS, PROMPT_WORDS } from './workload.ts';

/** llama.cpp through node-llama-cpp, on the GGUF that the embedded weights were made from. */
export async function runLlama(installed: string, prompts: readonly string[], batch: number): Promise<EngineFigures> {
  const startedMs = performance.now();
  const entry = createRequire(join(installed, 'package.json')).resolve('node-llama-cpp');
  const { getLlama, LlamaCompletion, LlamaLogLevel } = await import(pathToFileURL(entry).href);
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 2, logLevel: LlamaLogLevel.error });
  const model = await llama.loadModel({ modelPath: join(installed, 'model.gguf') });
  const contextSize = 2 * PROMPT_WORDS + 2 * NEW_TOKENS;
  const context = await model.createContext({ sequences: batch, contextSize, threads: 2 });
  const waiting = [...prompts];
  const figures = await measure(startedMs, async () => {
    let newTokens = 0;
    const serve = async (): Promise<void> => {
      const contextSequence = context.getSequence();
      const completion = new LlamaCompletion({ contextSequence });
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
        const count = (tokens: readonly number[]): void => {
          newTokens += tokens.length;
        };
        await completion.generateCompletion(text, { maxTokens: NEW_TOKENS, temperature: 0, onToken: count });
        await contextSequence.clearHistory();
      }
    };
    await Promise.all(Array.from({ length: batch }, serve));
    return newTokens;
  });
  await llama.dispose();
  return figures;
}
