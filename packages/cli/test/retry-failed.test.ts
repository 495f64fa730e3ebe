import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { assay, scriptedProject } from './assay.ts';

test('assay run --resume --retry-failed asks the model for the failed samples and for nothing else', async () => {
  const project = await scriptedProject(12);
  onTestFinished(() => project.remove());
  let isBroken = true;
  let asked = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked += 1;
    const fails = isBroken && /Question [369]\?/.test(body);
    const answer = { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'word1' } }] };
    response.writeHead(fails ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(fails ? { error: { message: 'no' } } : answer));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const config = await readFile(project.config, 'utf8');
  const block = `openai: { base_url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/v1", model: m }`;
  await writeFile(
    project.config,
    config.replace(/models:.*algorithms/s, `models:\n  - name: m\n    ${block}\nalgorithms`),
  );

  const run = join(project.folder, 'run');
  const first = await assay(['run', project.config, '-o', run], project.folder);
  expect(first.stdout, first.stderr).toContain('m: 9 scored, 3 failed');
  expect(asked).toBe(12);
  isBroken = false;
  const plain = await assay(['run', project.config, '--resume', run], project.folder);
  expect(plain.stdout).toContain('m: 9 scored, 3 failed');
  expect(asked).toBe(12);
  const second = await assay(['run', project.config, '--resume', run, '--retry-failed'], project.folder);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toContain('m: 12 scored');
  expect(asked).toBe(15);

  const alone = await assay(['run', project.config, '--retry-failed'], project.folder);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('--retry-failed goes with --resume');
}, 30_000);
