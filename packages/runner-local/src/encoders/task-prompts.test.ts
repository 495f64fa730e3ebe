import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { encoderFixture } from '../../test/encoder-fixture.ts';
import { createEncoder, type Encoder } from './encoder.ts';

// The first starts a thread, beside other tests.
vi.setConfig({ testTimeout: 180_000 });

interface Reference {
  readonly texts: readonly string[];
  /** By the name of a prompt. */
  readonly vectors: Readonly<Record<string, readonly (readonly number[])[]>>;
}

async function open(
  change?: (folder: string) => void,
  name = 'qwen3-embedding',
): Promise<{ encoder: Encoder; reference: Reference }> {
  const { folder, reference } = encoderFixture<Reference>(name);
  change?.(folder);
  const encoder = await createEncoder({ model: folder });
  onTestFinished(() => encoder.close());
  return { encoder, reference };
}

async function vectorsOf(encoder: Encoder, texts: readonly string[], prompt?: string): Promise<Float32Array[]> {
  const found: Float32Array[] = [];
  const inputs = texts.map((text, id) => ({ id: `${id}`, text }));
  for await (const answer of encoder.embed(inputs, prompt === undefined ? {} : { prompt })) {
    if (!answer.ok) throw new Error(answer.error.message);
    found[Number(answer.id)] = answer.vector;
  }
  return found;
}

function farthest(found: readonly Float32Array[], expected: readonly (readonly number[])[]): number {
  return Math.max(
    ...found.flatMap((vector, at) => Array.from(vector, (value, i) => Math.abs(value - expected[at]![i]!))),
  );
}

describe('a decoder that makes vectors (Qwen3-Embedding)', () => {
  it('gives those of sentence-transformers, by the last token and the prompt of each task', async () => {
    const { encoder, reference } = await open();
    expect(encoder.info).toMatchObject({ pooling: ['lasttoken'], isNormalised: true, prompts: ['document', 'query'] });
    for (const prompt of ['query', 'document']) {
      const found = await vectorsOf(encoder, reference.texts, prompt);
      expect(farthest(found, reference.vectors[prompt]!)).toBeLessThan(1e-4);
    }
    const [query, document] = [reference.vectors.query!, reference.vectors.document!];
    expect(
      farthest(
        query.map((vector) => Float32Array.from(vector)),
        document,
      ),
    ).toBeGreaterThan(0.05);
    expect(farthest(await vectorsOf(encoder, reference.texts), document)).toBeLessThan(1e-4);
  });

  it('takes the prompt that its files prefer, where none is named', async () => {
    const { encoder, reference } = await open((folder) => {
      const file = join(folder, 'config_sentence_transformers.json');
      const config = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...config, default_prompt_name: 'query' }));
    });
    expect(farthest(await vectorsOf(encoder, reference.texts), reference.vectors.query!)).toBeLessThan(1e-4);
  });

  it('refuses a prompt that it does not have, naming those that it has', async () => {
    const { encoder } = await open();
    await expect(vectorsOf(encoder, ['a'], 'passage')).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'It has document, query.',
    });
  });
});

describe('a decoder whose tokens see each other (EmbeddingGemma)', () => {
  it('gives the vectors of sentence-transformers, by the mean and two dense layers beside the graph', async () => {
    const { encoder, reference } = await open(undefined, 'gemma-embedding');
    expect(encoder.info).toMatchObject({ pooling: ['mean'], isNormalised: true, prompts: ['document', 'query'] });
    for (const prompt of ['query', 'document']) {
      const found = await vectorsOf(encoder, reference.texts, prompt);
      expect(found[0]).toHaveLength(24);
      expect(farthest(found, reference.vectors[prompt]!)).toBeLessThan(1e-4);
    }
    // One text at a time, backwards.
    for (const at of [...reference.texts.keys()].reverse()) {
      const [alone] = await vectorsOf(encoder, [reference.texts[at]!], 'query');
      expect(farthest([alone!], [reference.vectors.query![at]!])).toBeLessThan(1e-4);
    }
  });
});
