import { expect, test } from 'vitest';
import { importedPromptfoo } from '../../../test/import/imported-promptfoo.ts';

const ASK = `prompts: ['Say {{word}}']
providers: [openai:gpt-4o]
`;
const judgeNamed = (model: string) => expect.stringContaining(`"model_id":"${model}"`);

test('a test’s own grader decides its checks, an assertion’s own before it, the config’s those of the others', async () => {
  const made = await importedPromptfoo(`${ASK}defaultTest: { options: { provider: openai:common } }
tests:
  - assert: [{ type: llm-rubric, value: a }, { type: factuality, value: b, provider: openai:single }]
  - options: { provider: openai:special }
    assert: [{ type: g-eval, value: c }, { type: contains, value: d }]`);
  expect(made.told).toEqual([]);
  expect(made.algorithm).toMatchObject({
    judge: judgeNamed('common'),
    judges: [judgeNamed('single'), judgeNamed('special')],
  });
  expect(made.rows.map(({ checks }) => checks)).toEqual([
    [
      { type: 'llm-rubric', value: 'a' },
      { type: 'factuality', value: 'b', judge: judgeNamed('single') },
    ],
    [
      { type: 'g-eval', value: 'c', judge: judgeNamed('special') },
      { type: 'contains', value: 'd' },
    ],
  ]);
});

test('where nobody decides, that is told, and no model stands in', async () => {
  const made = await importedPromptfoo(`${ASK}tests:
  - assert: [{ type: answer-relevance }, { type: similar, value: x }, { type: context-recall, value: y }]`);
  expect(made.told).toEqual([
    expect.stringMatching(/^answer-relevance, context-recall have no judge/),
    expect.stringMatching(/^answer-relevance, similar have no encoder/),
  ]);
  expect(made.algorithm).toEqual({ algorithm: 'assertions', checks_field: 'checks' });
});

test('--judge and --encoder decide what the config leaves open, and nothing else', async () => {
  const text = `${ASK}tests:
  - assert: [{ type: answer-relevance }, { type: similar, value: x, provider: 'openai:embedding:own' }]`;
  const made = await importedPromptfoo(text, {}, { judge: 'openai:judge', encoder: 'all-MiniLM-L6-v2' });
  expect(made.told).toEqual([]);
  expect(made.algorithm).toMatchObject({
    judge: judgeNamed('judge'),
    encoder: 'all-MiniLM-L6-v2',
    encoders: [judgeNamed('own')],
  });
  const vendor = await importedPromptfoo(text, {}, { judge: 'openai:judge', encoder: 'mistral:embedding:m' });
  expect(vendor.algorithm.encoder).toEqual(expect.stringContaining('https://api.mistral.ai/v1'));
  const wrong = await importedPromptfoo(text, {}, { encoder: 'nobody:embedding:m' });
  expect(wrong.told).toEqual([expect.stringContaining('--encoder nobody:embedding:m is no provider')]);
});

test.each([
  ['bedrock:embeddings:amazon.titan-embed-text-v2:0', { runner: 'bedrock', bedrock: { api: 'invoke' } }],
  ['bedrock:embedding:cohere.embed-english-v3', { evaluation_config: { output: 'to_string(embeddings[0])' } }],
  ['sagemaker:embedding:my-endpoint', { runner: 'sagemaker', endpoint_name: 'my-endpoint' }],
  ['vertex:embedding:text-embedding-004', { http: { output: 'to_string(predictions[0].embeddings.values)' } }],
  ['huggingface:sentence-similarity:org/mini', { http: { body: { inputs: { sentences: ['$prompt'] } } } }],
  ['huggingface:feature-extraction:org/mini', { http: { body: { inputs: '$prompt' }, output: 'to_string(@)' } }],
])('%s is asked by its own protocol', async (id, block) => {
  const made = await importedPromptfoo(`${ASK}tests: [{ assert: [{ type: similar, value: x, provider: '${id}' }] }]`);
  expect(made.told).toEqual([]);
  expect(JSON.parse((made.algorithm.encoders as string[])[0]!)).toMatchObject(block);
});

test('a provider in code embeds with leave alone', async () => {
  const text = `${ASK}tests: [{ assert: [{ type: similar, value: x, provider: ./own.js }] }]`;
  const files = { 'own.js': 'export default class {}' };
  expect((await importedPromptfoo(text, files)).told).toEqual([
    expect.stringContaining('the provider ./own.js is code'),
    expect.stringContaining('similar has no encoder'),
  ]);
  const made = await importedPromptfoo(text, files, { allowCode: true });
  expect(made.told).toEqual([]);
  expect(JSON.parse((made.algorithm.encoders as string[])[0]!)).toMatchObject({ runner: 'module' });
});

test('a rubric prompt keeps the place of the output; a file and JSON are turns as well', async () => {
  const check = async (prompt: string, files = {}) => {
    const made = await importedPromptfoo(
      `${ASK}defaultTest: { options: { provider: openai:judge, rubricPrompt: ${prompt} } }
tests: [{ vars: { word: 'a "b"' }, assert: [{ type: llm-rubric, value: 'is {{word}}' }, { type: llm-rubric }] }]`,
      files,
    );
    expect(made.told).toEqual([]);
    return (made.rows[0]!.checks as { rubric_prompt: unknown }[]).map(({ rubric_prompt: own }) => own);
  };
  expect(await check("'{{rubric}} of {{ word }}: {{ output }}'")).toEqual([
    'is a "b" of a "b": {{output}}',
    ' of a "b": {{output}}',
  ]);
  const turns = (rubric: string) => [{ role: 'user', content: `${rubric}: {{output}}` }];
  expect(await check('[{ role: user, content: "{{rubric}}: {{output}}" }]')).toEqual([turns('is a "b"'), turns('')]);
  const json = JSON.stringify(turns('{{rubric}}'));
  expect(await check('file://r.json', { 'r.json': json })).toEqual([turns('is a "b"'), turns('')]);
});

test('a rubric prompt of other checks is told, and so is one that is code', async () => {
  const own = `defaultTest: { options: { provider: openai:judge, rubricPrompt:`;
  const made = await importedPromptfoo(
    `${ASK}${own} 'x {{output}}' } }\ntests: [{ assert: [{ type: factuality, value: y }] }]`,
  );
  expect(made.told).toEqual(['rubricPrompt is not carried over for the assertion factuality']);
  const code = await importedPromptfoo(
    `${ASK}${own} file://r.js } }\ntests: [{ assert: [{ type: llm-rubric, value: y }] }]`,
  );
  expect(code.told).toEqual(['the rubric prompt r.js is no text']);
});

test('formulas, verdicts by code and SQL are carried over; functions and code without leave are told', async () => {
  const text = `${ASK}derivedMetrics: [{ name: f1, value: 'a / (a + b)' }]
tests:
  - assert: [{ type: is-sql, metric: a, value: { databaseType: MySQL } }, { type: contains, value: x, metric: b }]
    assertScoringFunction: file://s.js:least`;
  const files = { 's.js': 'exports.least = () => 1' };
  const made = await importedPromptfoo(text, files, { allowCode: true });
  expect(made.told).toEqual([]);
  expect(made.notes).toEqual([expect.stringContaining('npm install node-sql-parser')]);
  expect(made.algorithm).toMatchObject({ derived: [{ name: 'f1', value: 'a / (a + b)' }], code: true });
  expect(made.rows[0]).toMatchObject({
    checks: { checks: [{ type: 'is-sql' }, {}], scoring: { file: expect.stringContaining('s.js:least') } },
  });
  expect((await importedPromptfoo(text, files)).told).toEqual([
    'assertScoringFunction of a test makes its verdict by code',
  ]);
  const bad = await importedPromptfoo(text.replace('a / (a + b)', 'a /'), files, { allowCode: true });
  expect(bad.told).toEqual([expect.stringContaining('the formula "a /" ends too early')]);
  const code = await importedPromptfoo(text.replace("'a / (a + b)'", 'file://f.js'), files, { allowCode: true });
  expect(code.told).toEqual(['the derived metric f1 is code, which is not carried over']);
});
