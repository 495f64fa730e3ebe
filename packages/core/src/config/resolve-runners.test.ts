import { expect, test } from 'vitest';
import { parseConfig, requireValid } from './load-config.ts';
import { type ResolveRunnersOptions, resolveRunners } from './resolve-runners.ts';

const HEAD = 'dataset: { input_data_location: d, model_output_key: out }\nalgorithms: [{ algorithm: qa_accuracy }]\n';
const resolve = (models: string, options: ResolveRunnersOptions = {}, rest = '') =>
  resolveRunners(requireValid(parseConfig(`${HEAD}${rest}models:\n${models}`, '/tmp/c.yaml')), options);

const BOTH = `  - name: a
    model_id: meta-textgeneration-llama-2-7b
    local: { model: SmolLM2-135M-Instruct, workers: 2 }
    sagemaker: { endpoint_name: llama }
`;

test('one file serves the laptop and the cloud', () => {
  expect(resolve(BOTH)).toMatchObject([{ runner: 'local', local: { model: 'SmolLM2-135M-Instruct', workers: 2 } }]);
  expect(resolve(BOTH, { runner: 'sagemaker' })).toMatchObject([
    { runner: 'sagemaker', sagemaker: { endpoint_name: 'llama', model_id: 'meta-textgeneration-llama-2-7b' } },
  ]);
});

test('beside a local block with an id of its own, under either name, model_id is SageMaker’s', () => {
  for (const name of ['model', 'model_id']) {
    const model = `  - { name: a, model_id: jumpstart-id, local: { ${name}: small }, deployment_config: { instance_type: ml.g5.2xlarge } }\n`;
    expect(resolve(model, { runner: 'sagemaker' })).toMatchObject([{ sagemaker: { model_id: 'jumpstart-id' } }]);
  }
});

test('a missing block is an error with its place and a way out', () => {
  const model = '  - { name: a, model_id: jumpstart-id }\n';
  let thrown: unknown;
  try {
    resolve(model, { runner: 'local' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    code: 'CONFIG_MISSING_BLOCK',
    at: { line: 4, column: 5 },
    hint: expect.stringContaining('--local-model'),
    message: expect.stringContaining('models[0] ("a")'),
  });
  for (const runner of ['scripted', 'openai', 'bedrock'] as const) {
    expect(() => resolve(model, { runner })).toThrow(`cannot run as ${runner}`);
  }
  expect(() => resolve('  - { name: a, local: { model: m } }\n', { runner: 'sagemaker' })).toThrow(
    'cannot run as sagemaker',
  );
});

test('--local-model stands in for models without a local block and implies the local runner', () => {
  const models = resolve(`${BOTH}  - { name: b, model_id: jumpstart-id }\n`, { localModel: 'tiny' });
  expect(models.map((model) => model.runner === 'local' && model.local.model)).toEqual([
    'SmolLM2-135M-Instruct',
    'tiny',
  ]);
});

test('inference parameters reach the port by its names; the rest stays for endpoints', () => {
  const [model] = resolve(`  - name: a
    runner: local
    model_id: m
    evaluation_config:
      overflow: left
      inference_parameters: { max_new_tokens: 9, top_p: 0.9, top_k: 3, stop: "\\n", seed: 4, return_full_text: false, details: true }
`);
  expect(model?.generate).toEqual({ maxNewTokens: 9, topP: 0.9, topK: 3, stop: ['\n'], overflow: 'left' });
  expect(model?.seed).toBe(4);
  expect(model?.inferenceParameters).toMatchObject({ return_full_text: false, details: true });
});

test('a model’s own prompt settings win one by one over the shared ones', () => {
  const [a, b] = resolve(
    `  - { name: a, runner: outputs, evaluation_config: { system_prompt: mine } }
  - { name: b, runner: outputs, model_output_key: other }
`,
    {},
    'prompt: { template: "Q: $feature", system: shared, few_shot: [{ input: i, output: o }] }\n',
  );
  expect(a?.prompt).toMatchObject({
    template: 'Q: $feature',
    system: 'mine',
    chat: 'auto',
    templatePath: ['prompt', 'template'],
  });
  expect(b?.prompt).toMatchObject({ system: 'shared', fewShot: [{ input: 'i', output: 'o' }] });
  expect([a, b].map((model) => model?.runner === 'outputs' && model.modelOutputKey)).toEqual(['out', 'other']);
});

test('a vendor’s name stands for its address and its key’s variable, unless they are given', () => {
  const openai = (block: string) => resolve(`  - { name: a, model_id: m, runner: openai, openai: { ${block} } }\n`)[0];
  expect(openai('vendor: anthropic')).toMatchObject({
    openai: { base_url: 'https://api.anthropic.com/v1', api_key_env: 'ANTHROPIC_API_KEY', model: 'm' },
  });
  expect(openai('vendor: google, api_key_env: MINE')).toMatchObject({
    openai: { base_url: 'https://generativelanguage.googleapis.com/v1beta/openai', api_key_env: 'MINE' },
  });
  const own = openai('vendor: ollama, base_url: "http://10.0.0.1/v1"');
  expect(own).toMatchObject({ openai: { base_url: 'http://10.0.0.1/v1' } });
  expect(own).not.toHaveProperty('openai.api_key_env');
  expect(() => openai('api: chat')).toThrow(/needs base_url or vendor/);
});
