import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { REFUSED_EXPORTS } from '../../../test/families-table.ts';
import { expectLogProbabilities, generateReferences, type Reference } from '../../../test/references.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { CausalModel } from '../../layouts/causal-model.ts';
import { openCausalModel } from '../../layouts/open-causal-model.ts';
import type { ModelConfig } from '../../models/model-config.ts';
import { writeOnnx } from '../onnx/write-onnx.ts';
import { readDecoderConfig } from './decoder-config.ts';
import { slimFromExport } from './slim-from-export.ts';

vi.setConfig({ testTimeout: 120_000 });

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url));
const NAMES = readdirSync(join(FIXTURES, 'families'));

function read<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(join(FIXTURES, 'families', name, file), 'utf8')) as T;
}

const fileOf = (name: string): string => join(FIXTURES, 'exports', `${name}.onnx`);

async function open(
  graph: string,
  { num_hidden_layers, num_key_value_heads, head_dim }: ModelConfig,
): Promise<CausalModel> {
  const cache = {
    layers: Number(num_hidden_layers),
    heads: Number(num_key_value_heads),
    headSize: Number(head_dim ?? 16),
  };
  const model = await openCausalModel({ name: graph, graph, cache, vocabularySize: 64, contextLength: 64 });
  onTestFinished(() => model.close());
  return model;
}

async function expectReference(model: CausalModel, name: string): Promise<void> {
  const reference = read<Reference>(name, 'reference.json');
  const { answers } = reference;
  for (const [batch, first] of [
    [1, 0],
    [7, 6],
    [32, 2],
  ] as const) {
    const found = await generateReferences(model, reference, batch, first);
    expect(found).toEqual(found.map((_, at) => answers[(first + at) % answers.length]!.tokens));
  }
  await expectLogProbabilities(model, reference);
}

describe('exports of optimum', () => {
  it('are there for every family', () => {
    expect(NAMES.filter((name) => !existsSync(fileOf(name)))).toEqual([]);
  });

  for (const name of NAMES) {
    const config = read<ModelConfig>(name, 'config.json');
    it(`answer as transformers does in the plain layout: ${name}`, async () => {
      await expectReference(await open(fileOf(name), config), name);
    });

    it(`answer so once converted, or are refused by name: ${name}`, async () => {
      const convert = () => slimFromExport(fileOf(name), readDecoderConfig(config, FIXTURES));
      const refused = REFUSED_EXPORTS[name];
      if (refused !== undefined) {
        expect(convert).toThrow(
          expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(refused) }),
        );
        return;
      }
      const { graph, nodes } = convert();
      const path = join(temporaryFolder(), 'slim.onnx');
      await writeOnnx(path, graph, nodes);
      await expectReference(await open(path, config), name);
    });
  }
});
