import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAssay } from './assay.ts';

const CONFIG = '{"architectures": ["LlamaForCausalLM"]}';
const SIZE = 5_000_000;
let folder: string;
let hub: Server;

/** A hub whose weights begin to come and never end. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
  await writeFile(join(folder, 'data.jsonl'), '{"question": "Q?", "answer": "A"}\n');
  await writeFile(join(folder, 'answers.jsonl'), '');
  hub = createServer((request, response) => {
    if (request.url!.startsWith('/api/models/')) {
      const siblings = [
        { rfilename: 'config.json', size: CONFIG.length, blobId: hash('sha1', `blob ${CONFIG.length}\0${CONFIG}`) },
        { rfilename: 'onnx/model_q4.onnx', size: SIZE, lfs: { sha256: 'a'.repeat(64) } },
      ];
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ sha: 'c'.repeat(40), siblings }));
    } else if (request.url!.endsWith('config.json')) response.end(CONFIG);
    else response.writeHead(200, { 'content-length': SIZE }).write(Buffer.alloc(1000));
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  hub.closeAllConnections();
  hub.close();
  await rm(folder, { recursive: true });
});

test.each([
  ['a model', 'models: [{ name: m, local: { model: org/slow } }]', 'algorithm: qa_accuracy'],
  [
    'a helper model',
    'models: [{ name: m, scripted: { answers: answers.jsonl, otherwise: A } }]',
    'algorithm: summarization_accuracy, model_type_for_bertscore: org/slow',
  ],
])('Ctrl-C while %s is downloaded ends the run at once', async (_, models, algorithm) => {
  const dataset = 'dataset: { input_data_location: data.jsonl, model_input_key: question, target_output_key: answer }';
  await writeFile(join(folder, 'c.yaml'), `${dataset}\n${models}\nalgorithms: [{ ${algorithm} }]\n`);
  const env = { HF_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`, HF_HOME: join(folder, 'hf') };
  const { child, finished } = startAssay(['run', 'c.yaml'], folder, env);
  let seen = '';
  let asked = false;
  child.stderr!.on('data', (chunk) => {
    seen += chunk;
    // Once: a second one would end it whatever it waits for.
    if (!asked && seen.includes('downloading')) asked = child.kill('SIGINT');
  });
  const { code, stderr } = await finished;
  expect(stderr).toContain('downloading org/slow (5 MB)');
  expect(stderr).toContain('RUN_INTERRUPTED');
  expect(code).toBe(130);
});
