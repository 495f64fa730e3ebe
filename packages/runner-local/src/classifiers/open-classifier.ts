import { AssayError } from '@assay/core/errors';
import { TextTokenizer } from '../encoders/text-tokenizer.ts';
import { TransformerSession } from '../encoders/transformer-session.ts';
import type { ModelConfig } from '../models/model-config.ts';
import type { ModelThreadSettings } from '../threads/text-model.ts';
import { labelsOf } from './classifier-info.ts';

export interface OpenClassifier {
  readonly labels: readonly string[];
  readonly tokenizer: TextTokenizer;
  readonly session: TransformerSession;
}

/** A transformer whose output is a logit a label, of each text or of each token. @throws MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED */
export async function openClassifier(
  { folder, file, batchTokens, maxTokens, session: how }: ModelThreadSettings,
  config: ModelConfig,
  of: 'text' | 'token',
): Promise<OpenClassifier> {
  const labels = labelsOf(config, folder);
  const tokenizer = new TextTokenizer(folder, config, maxTokens);
  const session = await TransformerSession.open(folder, tokenizer.padId, { file, batchTokens, session: how });
  if (session.outputNames.includes('logits')) return { labels, tokenizer, session };
  await session.close();
  throw new AssayError('MODEL_UNSUPPORTED', `${session.file} answers ${session.outputNames.join(', ')}, not logits`, {
    hint: `Export it for ${of} classification.`,
  });
}
