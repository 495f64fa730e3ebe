import type { Runner } from '@assay/core';
import { lacksCapability } from '../threads/capability-error.ts';
import { createEncoder, type EncoderOptions } from './encoder.ts';

/** An encoder behind the runner port: it can `embed` and nothing else. @throws what createEncoder throws */
export async function createEncoderRunner(options: EncoderOptions): Promise<Runner> {
  const encoder = await createEncoder(options);
  return {
    version: 1,
    id: encoder.id,
    notes: encoder.notes,
    capabilities: new Set(['embed'] as const),
    generate() {
      throw lacksCapability(encoder.id, 'generate', 'embed');
    },
    logProbabilities() {
      throw lacksCapability(encoder.id, 'logProbability', 'embed');
    },
    embed: (texts, { prompt, signal }) => encoder.embed(texts, { prompt, signal }),
    classify() {
      throw lacksCapability(encoder.id, 'classify', 'embed');
    },
    close: () => encoder.close(),
  };
}
