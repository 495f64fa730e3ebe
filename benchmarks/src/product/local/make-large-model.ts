import { rmSync } from 'node:fs';
import { convertModel } from '@assay/runner-local/convert';
import { writeLargeGguf } from './large-gguf.ts';

// The large model in both forms, in a process whose memory is not measured: `node make-large-model.js GGUF FOLDER TOKENIZER`.
const [, , gguf = '', folder = '', tokenizer = ''] = process.argv;
rmSync(folder, { recursive: true, force: true });
writeLargeGguf(gguf, tokenizer);
await convertModel(gguf, { output: folder, check: false });
