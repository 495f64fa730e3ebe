import type { RunnerWith } from '@assay/core';
import { createEncoder, type EncoderOptions } from './encoder.ts';

/** An encoder behind the runner port: it can `embed` and nothing else. @throws what createEncoder throws */
export async function createEncoderRunner(options: EncoderOptions): Promise<RunnerWith<'embed' | 'close'>> {
  const encoder = await createEncoder(options);
  return {
    version: 2,
    id: encoder.id,
    notes: encoder.notes,
    embed: (texts, { prompt, signal }) => encoder.embed(texts, { prompt, signal }),
    close: () => encoder.close(),
  };
}
