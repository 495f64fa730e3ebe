import { readModelConfig } from '../models/model-config.ts';
import type { ModelThreadSettings, TextModel } from '../threads/text-model.ts';
import { loadKerasClassifier } from './keras-classifier.ts';
import { loadSequenceClassifier } from './sequence-classifier.ts';
import { loadTokenClassifier } from './token-classifier.ts';

/** Loads a classifier into this thread. @throws MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED */
export async function loadClassifierModel(settings: ModelThreadSettings): Promise<TextModel> {
  const config = readModelConfig(settings.folder);
  if (config.model_type === 'keras-bilstm') return loadKerasClassifier(settings, config);
  return config.architectures?.[0]?.endsWith('ForTokenClassification') === true
    ? loadTokenClassifier(settings, config)
    : loadSequenceClassifier(settings, config);
}
