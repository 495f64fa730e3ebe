import type { PreTrainedTokenizer } from '@xenova/transformers';
import { readModelJson } from '../models/model-config.ts';
import { mergeWords, withoutMerges } from './merge-words.ts';

/**
 * The tokenizer of a model folder. The library's own way to it looks for a hub, a cache and a server first; the classes it has
 * for families differ in what they put into tensors, which nothing here asks for.
 * @throws Error for files that are no tokenizer
 */
export async function readTokenizer(folder: string): Promise<PreTrainedTokenizer> {
  const { PreTrainedTokenizer: Tokenizer } = await import('./joined-tokenizer.ts');
  const [definition, settings] = ['tokenizer.json', 'tokenizer_config.json'].map((file) => {
    const found = readModelJson(folder, file);
    if (found === undefined) throw new Error(`there is no ${file}`);
    return found;
  });
  const bare = withoutMerges(definition!);
  if (bare !== undefined) {
    const tokenizer = new Tokenizer(bare.definition, settings);
    if (mergeWords(tokenizer, bare.merges)) return tokenizer;
  }
  return new Tokenizer(definition, settings);
}
