import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectInModelsPage, expectInPage } from '../../../test/docs-block.ts';
import { familiesList, type ProvenModel, proofTable, REFUSED_EXPORTS } from '../../../test/families-table.ts';
import { writeFamilyGguf } from '../../../test/family-gguf.ts';
import { expectLogProbabilities, generateReferences, type Reference } from '../../../test/references.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { CausalModel } from '../../layouts/causal-model.ts';
import { openCausalModel } from '../../layouts/open-causal-model.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { type SlimFromGguf, slimFromGguf } from '../gguf/slim-from-gguf.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { slimFromSafetensors } from '../safetensors/slim-from-safetensors.ts';
import { FAMILIES } from './families.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/families/', import.meta.url));
const NAMES = readdirSync(FIXTURES).filter((name) => existsSync(join(FIXTURES, name, 'reference.json')));

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, name, file), 'utf8'));
}

/** The model of a fixture in the slim layout. */
async function open(name: string, form: 'safetensors' | 'GGUF' = 'safetensors'): Promise<CausalModel> {
  const { graph, nodes, decoder } = form === 'GGUF' ? fromGguf(name) : slimFromSafetensors(join(FIXTURES, name));
  const path = join(temporaryFolder(), 'slim.onnx');
  await writeOnnx(path, graph, nodes);
  const { layers, keyHeads, headSize } = decoder.shape;
  const { vocabularySize, contextLength } = decoder;
  const model = await openCausalModel({
    ...{ name, graph: path, cache: { layers, heads: keyHeads, headSize }, vocabularySize, contextLength },
  });
  onTestFinished(() => model.close());
  return model;
}

function fromGguf(name: string): SlimFromGguf {
  const file = join(temporaryFolder(), 'model.gguf');
  writeFamilyGguf(file, join(FIXTURES, name));
  return slimFromGguf(readGguf(file));
}

/** What tells a fixture's weights from a plain Llama's. */
const EXTRAS: readonly (readonly [RegExp, string])[] = [
  [/q_proj\.bias/, 'biases'],
  [/q_norm/, 'norms of queries and keys'],
  [/pre_feedforward|post_feedforward/, 'norms behind each part'],
  [/qkv_proj/, 'fused projections'],
];

function proven(name: string): ProvenModel {
  const folder = join(FIXTURES, name);
  const { decoder } = slimFromSafetensors(folder);
  const names = readSafetensors(join(folder, 'model.safetensors')).map((tensor) => tensor.name);
  const config = read(name, 'config.json') as { model_type: string; rope_parameters?: { rope_type?: string } };
  const family = FAMILIES.find(({ type }) => type === config.model_type);
  const isExported = existsSync(join(FIXTURES, '..', 'exports', `${name}.onnx`)) && REFUSED_EXPORTS[name] === undefined;
  return {
    forms: ['safetensors', ...(family?.gguf === undefined ? [] : ['GGUF']), ...(isExported ? ['ONNX export'] : [])],
    ...{ type: config.model_type, decoder, scaling: config.rope_parameters?.rope_type ?? 'default' },
    extras: EXTRAS.filter(([pattern]) => names.some((one) => pattern.test(one))).map(([, what]) => what),
  };
}

describe('families of decoders', () => {
  it('stand in docs/models.md as far as they are proven here', () => {
    expectInModelsPage('families', familiesList(NAMES.map(proven)));
    expectInPage('../packages/runner-local/README.md', 'families', proofTable(NAMES.map(proven)));
  });

  it('each have a model that transformers answered with', () => {
    const proven = NAMES.map((name) => (read(name, 'config.json') as { model_type: string }).model_type);
    expect([...new Set(proven)].sort()).toEqual(FAMILIES.map(({ type }) => type).sort());
  });

  for (const name of NAMES) {
    it(`give the greedy tokens of transformers in batches of any size and order: ${name}`, async () => {
      const reference = read(name, 'reference.json') as Reference;
      const model = await open(name);
      for (const [batch, first] of [
        [1, 0],
        [2, 3],
        [5, 1],
        [7, 6],
        [32, 2],
      ] as const) {
        const found = await generateReferences(model, reference, batch, first);
        const { answers } = reference;
        expect(found).toEqual(found.map((_, at) => answers[(first + at) % answers.length]!.tokens));
      }
    });

    it(`give the log-probabilities of transformers, beginnings shared or not: ${name}`, async () => {
      await expectLogProbabilities(await open(name), read(name, 'reference.json') as Reference);
    });

    const family = FAMILIES.find(
      ({ type }) => type === (read(name, 'config.json') as { model_type: string }).model_type,
    );
    // GGUF has no word for Mistral's window, and none for a window of the upper layers alone.
    if (family?.gguf === undefined || name === 'mistral' || name === 'qwen2-window') continue;
    it(`give them as a GGUF file too: ${name}`, async () => {
      await expectLogProbabilities(await open(name, 'GGUF'), read(name, 'reference.json') as Reference);
    });
  }
});
