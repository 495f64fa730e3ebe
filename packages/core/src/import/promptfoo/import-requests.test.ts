import { expect, test } from 'vitest';
import { importedPromptfoo } from '../../../test/import/imported-promptfoo.ts';

const provider = (text: string) => `prompts: ['Say {{word}}']\nproviders: [${text}]\ntests: [{ vars: { word: yes } }]`;
const PEM = { 'key.pem': 'a key', 'ca.pem': 'a certificate', 'client.pem': 'a certificate' };

test('a signature by a key in PEM is made for each request, with the time in it', async () => {
  const made = await importedPromptfoo(
    provider(
      `{ id: https://a.example, config: { method: POST, headers: { x-sign: '{{signature}}', x-time: '{{signatureTimestamp}}' }, body: { say: '{{prompt}} {{word}}' }, signatureAuth: { privateKeyPath: key.pem, signatureDataTemplate: 'app\\n{{signatureTimestamp}}', signatureValidityMs: 60000, signatureAlgorithm: SHA512 } } }`,
    ),
    PEM,
  );
  expect(made.told).toEqual([]);
  expect(made.models[0]!.http).toMatchObject({
    headers: { 'x-sign': `\${signature}`, 'x-time': `\${signatureTimestamp}` },
    body: { say: `$prompt \${vars.word}` },
    signature: {
      ...{ key_file: expect.stringMatching(/key\.pem$/), algorithm: 'SHA512', valid_s: 60 },
      data: `app\n\${signatureTimestamp}`,
    },
  });
});

test('certificates are named by file, and a passphrase by a variable', async () => {
  const made = await importedPromptfoo(
    provider(
      `{ id: https://a.example, config: { method: POST, body: {}, tls: { caPath: ca.pem, certPath: client.pem, keyPath: key.pem, passphrase: secret, servername: b.example, rejectUnauthorized: false } } }`,
    ),
    PEM,
  );
  expect(made.told).toEqual([]);
  expect(made.notes).toEqual([expect.stringContaining('set ASSAY_HTTP_PASSPHRASE for the run')]);
  expect(made.models[0]!.http).toMatchObject({
    tls: {
      ...{ ca_file: expect.stringMatching(/ca\.pem$/), cert_file: expect.anything(), key_file: expect.anything() },
      ...{ passphrase_env: 'ASSAY_HTTP_PASSPHRASE', servername: 'b.example', verify: false },
    },
  });
  expect(JSON.stringify(made.config)).not.toContain('secret');
});

test.each([
  ['signatureAuth: { type: jks, keystorePath: k.jks }', 'config.signatureAuth.keystorePath'],
  ['signatureAuth: { type: pfx, pfxPath: k.pfx, pfxPassword: x }', 'config.signatureAuth.pfxPath, pfxPassword'],
  ['tls: { jksPath: k.jks }', 'config.tls.jksPath'],
])('%s is told, and its provider left out', async (security, what) => {
  const made = await importedPromptfoo(
    provider(`{ id: https://a.example, config: { method: POST, body: {}, ${security} } }`),
  );
  expect(made.told[0]).toContain(`has ${what}, which is not carried over`);
});

test('a key outside the config’s folder, or that is not there, is refused', async () => {
  const key = (path: string) =>
    importedPromptfoo(
      provider(
        `{ id: https://a.example, config: { method: POST, body: {}, signatureAuth: { privateKeyPath: ${path} } } }`,
      ),
    );
  expect((await key('/etc/passwd')).findings).toContainEqual(expect.objectContaining({ code: 'CONFIG_NOT_ALLOWED' }));
  expect((await key('gone.pem')).told).toEqual(['there is no file gone.pem']);
});

test('Cohere is asked by its own protocol, with what promptfoo sends besides', async () => {
  const made = await importedPromptfoo(
    provider(
      `{ id: 'cohere:command', config: { temperature: 0.5, connectors: [{ id: web-search }], showSearchQueries: true } }`,
    ),
  );
  expect(made.told).toEqual([]);
  expect(made.models[0]!.http).toMatchObject({
    url: 'https://api.cohere.ai/v1/chat',
    body: { message: '$prompt', model: 'command', temperature: 0.5, p: 0.75, connectors: [{ id: 'web-search' }] },
    headers_env: { Authorization: `Bearer \${COHERE_API_KEY}` },
  });
});

test('Vertex serves Claude by Anthropic’s request and Llama by OpenAI’s, in a project', async () => {
  const text = provider(
    `{ id: 'vertex:claude-haiku-4-5@1', config: { region: us-east5, max_tokens: 100, topP: 0.5 } }, { id: 'vertex:llama-3.3', config: { temperature: 0.1, extra_body: {} } }`,
  );
  expect((await importedPromptfoo(text)).told).toContainEqual(expect.stringContaining('no project of Vertex is named'));
  const made = await importedPromptfoo(text, {}, { env: { GOOGLE_CLOUD_PROJECT: 'p' } });
  expect(made.told).toEqual([]);
  expect(made.models).toMatchObject([
    {
      http: {
        url: 'https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-haiku-4-5@1:rawPredict',
        body: { anthropic_version: 'vertex-2023-10-16', max_tokens: 100, top_p: 0.5, messages: '$turns' },
      },
    },
    {
      model_id: 'meta/llama-3.3',
      openai: { base_url: expect.stringContaining('/projects/p/locations/us-central1/endpoints/openapi') },
      evaluation_config: { inference_parameters: { max_new_tokens: 1024, temperature: 0.1 } },
    },
  ]);
});

test('the forms of answers that a gateway names are the vendor’s', async () => {
  const made = await importedPromptfoo(
    provider(
      `{ id: 'adaline:openai:chat:gpt-4o', config: { responseFormat: json_schema, responseSchema: { name: n, schema: {} } } }`,
    ),
  );
  expect(made.told).toEqual([]);
  expect(made.models[0]).toMatchObject({
    evaluation_config: {
      inference_parameters: { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: {} } } },
    },
  });
});
