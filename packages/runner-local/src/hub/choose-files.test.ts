import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { chooseWeights } from '../models/choose-weights.ts';
import { type ModelKind, modelKind } from '../models/model-kind.ts';
import { DTYPE_SUFFIX, DTYPES } from '../models/number-formats.ts';
import { chooseFiles } from './choose-files.ts';

function chosen(kind: ModelKind, ...paths: string[]): readonly string[] {
  const files = paths.map((path) => ({ path, sizeBytes: 1, algorithm: 'sha256' as const, digest: 'a'.repeat(64) }));
  return chooseFiles('org/x', files, kind).files.map(({ path }) => path);
}

describe('chooseFiles', () => {
  it('prefers 4 bits for text and 8 bits for encoders', () => {
    const all = ['onnx/model.onnx', 'onnx/model_fp16.onnx', 'onnx/model_q4.onnx', 'onnx/model_quantized.onnx'];
    expect(chosen('causal', ...all)).toEqual(['onnx/model_q4.onnx']);
    expect(chosen('encoder', ...all)).toEqual(['onnx/model_quantized.onnx']);
    expect(chosen('causal', 'onnx/model.onnx', 'onnx/model_fp16.onnx')).toEqual(['onnx/model_fp16.onnx']);
    expect(chosen('causal', 'onnx/model.onnx', 'onnx/model_quantized.onnx')).toEqual(['onnx/model.onnx']);
  });

  it.each(['LlamaForCausalLM', 'BertModel'])('takes what a folder with all of it would open: %s', (architecture) => {
    const config = { model_type: architecture === 'BertModel' ? 'bert' : 'llama', architectures: [architecture] };
    const kind = modelKind(config);
    const all = DTYPES.map((dtype) => `onnx/model${DTYPE_SUFFIX[dtype]}.onnx`);
    const folder = temporaryFolder();
    writeModel(folder, { 'config.json': JSON.stringify(config) });
    const files = Object.fromEntries(all.map((path) => [path, 'weights']));
    writeModel(folder, files);
    while (all.length > 0) {
      const best = chosen(kind, ...all);
      expect(chooseWeights(folder)).toEqual(best);
      rmSync(join(folder, best[0]!));
      all.splice(all.indexOf(best[0]!), 1);
    }
  });

  it('takes external data with its graph, and not that of another', () => {
    const wanted = ['onnx/model_q4.onnx', 'onnx/model_q4.onnx_data', 'onnx/model_q4.onnx_data_1'];
    expect(chosen('causal', ...wanted, 'onnx/model.onnx', 'onnx/model.onnx_data')).toEqual(wanted);
    expect(chosen('causal', 'model.onnx', 'model.onnx.data')).toEqual(['model.onnx', 'model.onnx.data']);
  });

  it('takes all graphs of a model in parts', () => {
    const parts = ['onnx/encoder_model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx'];
    expect(chosen('seq2seq', ...parts, 'onnx/encoder_model.onnx')).toEqual(parts);
    expect(chosen('causal', 'onnx/decoder_model_merged.onnx')).toEqual(['onnx/decoder_model_merged.onnx']);
  });

  it('takes the embeddings of a decoder that is given those, and no eyes or ears', () => {
    const wanted = ['onnx/decoder_model_merged_q4.onnx', 'onnx/embed_tokens_q4.onnx', 'onnx/embed_tokens_q4.onnx_data'];
    const others = ['onnx/embed_tokens.onnx', 'onnx/vision_encoder_q4.onnx', 'onnx/audio_encoder_q4.onnx'];
    expect(chosen('causal', ...wanted, ...others)).toEqual(wanted);
    const mixed = ['onnx/decoder_model_merged_q4.onnx', 'onnx/embed_tokens.onnx'];
    expect(chosen('causal', ...mixed, 'onnx/embed_tokens_q4f16.onnx')).toEqual(mixed);
  });

  it('takes configs, tokenizer, pooling and licence, and no other weights or scripts', () => {
    const wanted = [
      '1_Pooling/config.json',
      'LICENSE',
      'README.md',
      'chat_template.jinja',
      'config.json',
      'merges.txt',
      'modules.json',
      'onnx/model.onnx',
      'sentence_bert_config.json',
      'tokenizer.json',
      'vocab.json',
    ];
    const others = ['model.safetensors', 'pytorch_model.bin', 'train.py', 'onnx/README.txt', 'openvino/model.xml'];
    expect(chosen('encoder', ...wanted, ...others)).toEqual(wanted);
  });
});
