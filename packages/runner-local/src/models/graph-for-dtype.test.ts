import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openLocalModel } from '../open-local-model.ts';
import { graphForDtype, unpackableGraph } from './graph-for-dtype.ts';

function folderOf(...graphs: readonly string[]): string {
  const folder = temporaryFolder();
  writeModel(folder, Object.fromEntries(graphs.map((graph) => [graph, 'weights'])), { sums: false });
  return folder;
}

describe('the graph of a number format', () => {
  const folder = () =>
    folderOf('onnx/model.onnx', 'onnx/model_fp16.onnx', 'onnx/model_quantized.onnx', 'onnx/slim_fp16.onnx');

  it('is the slim one where there is one, else the standard one', () => {
    expect(graphForDtype(folder(), 'fp16')).toBe('onnx/slim_fp16.onnx');
    expect(graphForDtype(folder(), 'fp32')).toBe('onnx/model.onnx');
    expect(graphForDtype(folder(), 'q8')).toBe('onnx/model_quantized.onnx');
    expect(graphForDtype(folder(), 'fp16', 'standard')).toBe('onnx/model_fp16.onnx');
  });

  it('may lie at the top, and may be a merged decoder', () => {
    expect(graphForDtype(folderOf('decoder_model_merged_q4f16.onnx'), 'q4f16')).toBe('decoder_model_merged_q4f16.onnx');
  });

  it('is an error that lists the formats which are there', () => {
    expect(() => graphForDtype(folder(), 'q4')).toThrow(
      expect.objectContaining({ code: 'MODEL_FILES_MISSING', hint: 'It has q8, fp16, fp32.' }),
    );
    expect(() => graphForDtype(folder(), 'q5')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('is found for unpacking among plain weights too', () => {
    expect(unpackableGraph(folder())).toBe('onnx/slim_fp16.onnx');
    expect(unpackableGraph(EMBEDDED_MODEL)).toBe('onnx/slim_f32.onnx');
    expect(unpackableGraph(EMBEDDED_MODEL, 'q4')).toBe('onnx/slim_f32.onnx');
    expect(unpackableGraph(folderOf('onnx/slim_fp16.onnx', 'onnx/slim_fp32.onnx'), 'fp16')).toBe('onnx/slim_fp16.onnx');
  });

  it('is refused for unpacking where there is none, or none in that format', () => {
    expect(() => unpackableGraph(folderOf('onnx/slim_q4.onnx'))).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', hint: expect.stringContaining('assay models convert') }),
    );
    expect(() => unpackableGraph(folder(), 'q8')).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', hint: expect.stringContaining('from fp16') }),
    );
  });
});

describe('a model opened with a number format', () => {
  it('fails with the formats that it has', async () => {
    const embedded = openLocalModel(EMBEDDED_MODEL, { dtype: 'fp16' });
    await expect(embedded).rejects.toMatchObject({ code: 'MODEL_FILES_MISSING', hint: 'It has q4.' });
    const encoder = openLocalModel(join(EMBEDDED_MODEL, '..', 'all-MiniLM-L6-v2'), { dtype: 'q4' });
    await expect(encoder).rejects.toMatchObject({ code: 'MODEL_FILES_MISSING', hint: 'It has q8.' });
  });

  it('takes that graph and no other', async () => {
    const folder = temporaryFolder();
    writeModel(folder, { 'onnx/model.onnx': 'x', 'onnx/model_q4.onnx': 'y' }, { sums: false });
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      copyFileSync(join(EMBEDDED_MODEL, file), join(folder, file));
    writeFileSync(
      join(folder, 'config.json'),
      JSON.stringify({
        ...{ architectures: ['LlamaForCausalLM'], hidden_size: 8, num_attention_heads: 1, num_hidden_layers: 1 },
        ...{ vocab_size: 49_152, max_position_embeddings: 16 },
      }),
    );
    // Neither file is a graph: the error names the one that was opened.
    for (const [dtype, file] of [
      ['fp32', 'model.onnx'],
      ['q4', 'model_q4.onnx'],
    ] as const) {
      const failure = await openLocalModel(folder, { dtype }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ at: { file: join(folder, 'onnx', file) } });
    }
  });
});
