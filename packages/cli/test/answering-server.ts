import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type ScriptedProject, scriptedProject } from './assay.ts';

export interface AnsweringServer {
  /** Requests so far. */
  asked: number;
  /** Requests with this in their body are refused. */
  refuses: RegExp | undefined;
  /** Milliseconds before each answer. */
  delayMs: number;
}

/** A project whose one model, `m`, is an OpenAI-compatible server in this process, which answers `word1`. */
export async function servedProject(samples: number): Promise<ScriptedProject & { readonly server: AnsweringServer }> {
  const project = await scriptedProject(samples);
  const state: AnsweringServer = { asked: 0, refuses: undefined, delayMs: 0 };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    state.asked += 1;
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    const isRefused = state.refuses?.test(body) === true;
    const answer = { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'word1' } }] };
    response.writeHead(isRefused ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRefused ? { error: { message: 'no' } } : answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await project.remove();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const models = `models:\n  - name: m\n    openai: { base_url: "${url}", model: m }\nalgorithms`;
  await writeFile(project.config, (await readFile(project.config, 'utf8')).replace(/models:.*algorithms/s, models));
  return { ...project, server: state };
}
