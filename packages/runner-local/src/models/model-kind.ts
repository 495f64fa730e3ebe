import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from './model-config.ts';

/** What a model can be asked: text (`causal`, `seq2seq`), a vector (`encoder`), labels (`classifier`). */
export type ModelKind = 'causal' | 'seq2seq' | 'encoder' | 'classifier';

const ENCODER_TYPES: ReadonlySet<string> = new Set([
  'albert',
  'bert',
  'camembert',
  'convbert',
  'deberta',
  'deberta-v2',
  'distilbert',
  'electra',
  'esm',
  'gte',
  'modernbert',
  'mpnet',
  'nomic_bert',
  'roberta',
  'roformer',
  'squeezebert',
  'xlm-roberta',
]);

/** Tells a model's kind by its config, and by the sentence-transformers files beside it. */
export function modelKind(config: ModelConfig, folder?: string): ModelKind {
  const architecture = config.architectures?.[0] ?? '';
  if (config.model_type === 'keras-bilstm' || /For(Sequence|Token)Classification$/.test(architecture))
    return 'classifier';
  if (folder !== undefined && existsSync(join(folder, 'modules.json'))) return 'encoder';
  if (config.is_encoder_decoder === true) return 'seq2seq';
  if (/ForCausalLM$|LMHeadModel$/.test(architecture)) return 'causal';
  if (ENCODER_TYPES.has(config.model_type ?? '')) {
    // Some exports drop `architectures`; named labels then tell a classifier from a plain encoder.
    return architecture === '' && hasNamedLabels(config) ? 'classifier' : 'encoder';
  }
  return /(Model|ForMaskedLM)$/.test(architecture) ? 'encoder' : 'causal';
}

function hasNamedLabels(config: ModelConfig): boolean {
  return Object.values(config.id2label ?? {}).some((label) => !/^LABEL_\d+$/.test(label));
}
