import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { expectInModelsPage } from '../../test/docs-block.ts';
import { expectLogProbabilities, generateReferences, type Reference } from '../../test/references.ts';
import { writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyTokenizer } from '../../test/tiny-language-model.ts';
import { GREEDY, generateTiny, tinyJob } from '../../test/tiny-models.ts';
import { chooseGraphs } from '../generation/choose-graphs.ts';
import { openLocalModel } from '../open-local-model.ts';
import type { CausalModel } from './causal-model.ts';
import { openCausalModel } from './open-causal-model.ts';
import { readStandardLayout } from './standard-layout.ts';

// Each opens models of many small operators, which is slow beside other tests.
vi.setConfig({ testTimeout: 240_000 });

const FIXTURES = fileURLToPath(new URL('../../fixtures/hybrids/', import.meta.url));
const NAMES = readdirSync(FIXTURES).filter((name) => existsSync(join(FIXTURES, name, 'reference.json')));

async function open(name: string): Promise<CausalModel> {
  const { graph, embedding } = chooseGraphs(join(FIXTURES, name), false);
  const model = await openCausalModel({
    ...{ name, graph, embedding, cache: { layers: 4, heads: 1, headSize: 16 }, vocabularySize: 64, contextLength: 64 },
  });
  onTestFinished(() => model.close());
  return model;
}

function referenceOf(name: string): Reference {
  return JSON.parse(readFileSync(join(FIXTURES, name, 'reference.json'), 'utf8')) as Reference;
}

/** The table's words for what a model's config tells. */
const MODELS: Readonly<Record<string, string>> = {
  lfm2: 'LFM2, LFM2.5',
  granitemoehybrid: 'Granite 4 hybrids (dense)',
  falcon_h1: 'Falcon-H1',
  nemotron_h: 'Nemotron-H',
  qwen3_next: 'Qwen3-Next (dense)',
  qwen3_5_text: 'Qwen3.5 (dense, text)',
  gemma3n_text: 'Gemma 3n (text)',
  gemma4_text: 'Gemma 4 (dense, text)',
};

/** What docs/models.md says of an export, by its own inputs. */
async function namedIn(name: string): Promise<string> {
  const { model_type: type } = JSON.parse(readFileSync(join(FIXTURES, name, 'config.json'), 'utf8')) as {
    readonly model_type: string;
  };
  const genai = name.endsWith('-genai') ? ', in onnxruntime-genai’s names' : '';
  const { batching } = await open(name);
  return `- \`${type}\`: ${MODELS[type]}${genai}${batching === 'ragged' ? '' : `, ${batching}`}`;
}

describe('hybrids and decoders of embeddings', () => {
  it('stand in docs/models.md as far as they are proven here', async () => {
    const rows: string[] = [];
    for (const name of NAMES) rows.push(await namedIn(name));
    expectInModelsPage('hybrids', rows.join('\n'));
  });

  for (const name of NAMES) {
    it(`go through the graph together, as far as their kernels support it: ${name}`, async () => {
      // Its attention pads on the right, where a convolution's window would end in padding.
      const batching = name === 'lfm2-genai' ? 'even' : 'ragged';
      expect(await open(name)).toMatchObject({ batching, continuation: 'tokens' });
    });

    it(`give the greedy tokens of transformers in batches of any size and order: ${name}`, async () => {
      const reference = referenceOf(name);
      const model = await open(name);
      for (const [batch, first] of [
        [1, 0],
        [2, 3],
        [5, 1],
        [8, 6],
        [32, 2],
      ] as const) {
        const found = await generateReferences(model, reference, batch, first);
        const { answers } = reference;
        expect(found).toEqual(found.map((_, at) => answers[(first + at) % answers.length]!.tokens));
      }
    });

    it(`give the same drawn tokens in batches of any size: ${name}`, async () => {
      const model = await open(name);
      const sampling = { ...GREEDY, temperature: 1.2, topP: 0.95, repetitionPenalty: 1.1 };
      const jobs = referenceOf(name).answers.map((prompt, id) => tinyJob(id, { tokens: prompt.prompt }, { sampling }));
      const alone = await generateTiny(model, jobs, 1);
      expect(await generateTiny(model, jobs, 8)).toEqual(alone);
      expect(await generateTiny(model, jobs.toReversed(), 3)).toEqual(alone);
    });

    it(`give the log-probabilities of transformers, beginnings shared or not: ${name}`, async () => {
      await expectLogProbabilities(await open(name), referenceOf(name));
    });
  }
});

/** A folder as the hub has it, with a tokenizer of 64 words. */
function folderOf(name: string, leaveOut: readonly string[] = []): string {
  const folder = temporaryFolder();
  for (const file of readdirSync(join(FIXTURES, name))) {
    const path = file.endsWith('.onnx') ? join('onnx', file) : file;
    if (!leaveOut.includes(file))
      writeModel(folder, { [path]: readFileSync(join(FIXTURES, name, file)) }, { sums: false });
  }
  writeTinyTokenizer(folder, 64);
  return folder;
}

describe('a folder of such a model', () => {
  it.each(['lfm2', 'lfm2-genai', 'qwen3.5', 'gemma3n'])('answers by its name alone: %s', async (name) => {
    const runner = await openLocalModel(folderOf(name), { causal: { workers: 1 } });
    onTestFinished(() => runner.close());
    const { answers } = referenceOf(name);
    const prompts = answers.map(({ prompt }, id) => ({ id: `${id}`, text: tinyText(...prompt) }));
    const found: string[] = [];
    const options = { maxNewTokens: 10, temperature: 0 };
    for await (const answer of runner.generate!(prompts, options)) {
      if (!answer.ok) throw new Error(answer.error.message);
      found[Number(answer.id)] = answer.text;
    }
    const expected = answers.map(({ tokens }) => {
      const end = tokens.indexOf(2);
      return tinyText(...(end < 0 ? tokens : tokens.slice(0, end)).filter((id) => id > 2));
    });
    expect(found).toEqual(expected);
  });

  it.each([['qwen3.5', 'embed_tokens.onnx', 'no embed_tokens graph']])(
    'is refused without a part of it: %s without %s',
    async (name, part, message) => {
      await expect(openLocalModel(folderOf(name, [part]), { causal: { workers: 1 } })).rejects.toMatchObject({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringContaining(message),
      });
    },
  );
});

describe('states of a graph', () => {
  type Metadata = InferenceSession.ValueMetadata;
  const tensor = (name: string, shape: readonly (number | string)[], type = 'float32') =>
    ({ name, isTensor: true, type, shape }) as Metadata;
  const key = [tensor('past_key_values.1.key', ['b', 2, 'p', 8]), tensor('past_key_values.1.value', ['b', 2, 'p', 8])];
  const tokens = tensor('input_ids', ['b', 't'], 'int64');
  const outputs = ['logits', 'present.1.key', 'present.1.value', 'present_conv.0', 'present.0.recurrent'];
  const layoutOf = (...states: Metadata[]) =>
    readStandardLayout(
      { inputs: [tokens, ...key, ...states], outputNames: outputs, embedded: new Set<string>() } as never,
      { layers: 2, heads: 2, headSize: 8 },
      'model.onnx',
    );

  it('are read by the names of each exporter', () => {
    const layout = layoutOf(tensor('past_conv.0', ['b', 32, 3]), tensor('past.0.recurrent', ['b', 4, 8, 8], 'float16'));
    expect(layout.states).toMatchObject([
      { past: 'past_conv.0', present: 'present_conv.0', size: 96, element: 'float32' },
      { past: 'past.0.recurrent', present: 'present.0.recurrent', size: 256, element: 'float16' },
    ]);
    expect(layout.pasts).toEqual(['past_key_values.1.key', 'past_key_values.1.value']);
  });

  it.each([
    ['an unknown name', tensor('past_memory.0', ['b', 4]), 'the input past_memory.0 is not known'],
    ['no size', tensor('past_conv.0', ['b', 32, 'width']), 'the state past_conv.0 has the shape [b, 32, width]'],
    ['a size beyond all', tensor('past_conv.0', ['b', 2 ** 20, 2 ** 20]), 'the state past_conv.0 has the shape'],
    ['another type', tensor('past_conv.0', ['b', 32, 3], 'int8'), 'past_conv.0 has the type int8'],
    ['no output', tensor('past_ssm.0', ['b', 32, 3]), 'present_ssm.0 is missing'],
  ])('are refused with %s', (_, state, message) => {
    expect(() => layoutOf(state)).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(message) }),
    );
  });
});
