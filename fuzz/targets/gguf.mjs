// GGUF files with changed headers: converted with their tokenizer, or refused by a code.
import { converter, headerTarget, seedFile } from '../header.mjs';

const { readGguf } = await converter('gguf/read-gguf.js');
const { slimFromGguf } = await converter('gguf/slim-from-gguf.js');
const { ggufTokenizer } = await converter('gguf/gguf-tokenizer.js');

/** A Llama of one layer, with its vocabulary and merges. */
const bytes = seedFile('fuzz/seeds/tiny.gguf');

export const { make, freeze, revive, check } = headerTarget(bytes, bytes.lastIndexOf('output.weight') + 48, (file) => {
  const gguf = readGguf(file);
  slimFromGguf(gguf);
  ggufTokenizer(gguf);
});
