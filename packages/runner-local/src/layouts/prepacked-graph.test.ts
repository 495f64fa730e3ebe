import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { exportedDecoder } from '../../test/exported-decoder.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyTokenizer } from '../../test/tiny-language-model.ts';
import { TINY_LLAMA, tinyLlamaConfig } from '../../test/tiny-llama.ts';
import { writeTinyLlama } from '../../test/tiny-llama-export.ts';
import { slimFromExport } from '../convert/export/slim-from-export.ts';
import { writeOnnx } from '../convert/onnx/write-onnx.ts';
import { createLocalRunner } from '../local-runner.ts';
import { builtEntry } from '../worker/built-entry.ts';
import { prepackedFolder, prepackedKey, prepackedRoot } from './prepacked-folder.ts';
import { prepackedGraph } from './prepacked-graph.ts';
import { listPrepacked, prunePrepacked } from './prepacked-models.ts';

const LLAMA = { ...TINY_LLAMA, vocabulary: 48 };

let folder: string;
let env: NodeJS.ProcessEnv;
let made: number;

/** A tiny llama in the slim layout, with weights in fp16, so that there is something to unpack. */
beforeEach(async () => {
  folder = join(temporaryFolder(), 'tiny');
  env = { ASSAY_CACHE: temporaryFolder() };
  made = 0;
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const plain = join(temporaryFolder(), 'model.onnx');
  await writeTinyLlama(plain, LLAMA, 'sdpa', 'fp16');
  const { graph, nodes } = slimFromExport(plain, exportedDecoder(LLAMA));
  await writeOnnx(join(folder, 'onnx', 'slim_fp16.onnx'), graph, nodes);
  writeFileSync(join(folder, 'config.json'), JSON.stringify(tinyLlamaConfig(LLAMA)));
  writeTinyTokenizer(folder);
});

const key = (digest = 'one') => prepackedKey('tiny', digest);
const entry = builtEntry('layouts/prepack-entry.js');
const prepack = (more: object = {}) =>
  prepackedGraph(join(folder, 'onnx', 'slim_fp16.onnx'), { key: key(), entry, env, onMake: () => made++, ...more });

async function tokens(unpack: boolean): Promise<string[]> {
  const runner = await createLocalRunner({ model: folder, workers: 1, unpack, env });
  onTestFinished(() => runner.close());
  const prompts = [[5, 6, 7], [9], [11, 12, 13, 14, 15]].map((ids, id) => ({ id: `${id}`, text: tinyText(...ids) }));
  const found: string[] = [];
  for await (const answer of runner.generate(prompts, { maxNewTokens: 12 })) {
    found[Number(answer.id)] = answer.ok ? answer.text : answer.error.message;
  }
  return found;
}

describe('unpacked weights', () => {
  it('answer as the packed ones, and are kept in assay’s cache folder', async () => {
    const plain = await tokens(false);
    expect(listPrepacked(env)).toEqual([]);
    expect(await tokens(true)).toEqual(plain);
    const [kept, ...others] = listPrepacked(env);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ model: 'tiny', bytes: expect.any(Number) });
    expect(kept!.folder.startsWith(join(env.ASSAY_CACHE!, 'prepacked'))).toBe(true);
    expect(await tokens(true)).toEqual(plain);
  });

  it('are made once for each digest, runtime and CPU', async () => {
    expect(await prepack()).toBe(await prepack());
    expect(made).toBe(1);
    expect(prepackedFolder(key('two'), env)).not.toBe(prepackedFolder(key(), env));
    expect(prepackedFolder({ ...key(), runtime: '0' }, env)).not.toBe(prepackedFolder(key(), env));
    expect(prepackedFolder({ ...key(), cpu: 'other' }, env)).not.toBe(prepackedFolder(key(), env));
    expect(prepackedFolder({ ...key(), model: 'a copy' }, env)).toBe(prepackedFolder(key(), env));
  });

  it('are shared by two that make them at the same time', async () => {
    const [one, two] = await Promise.all([prepack(), prepack()]);
    expect(one).toBe(two);
    expect(readdirSync(prepackedRoot(env))).toHaveLength(1);
    await prepack();
    expect(made).toBe(2);
  });

  it('are made again where any of their files is damaged', async () => {
    const graph = await prepack();
    for (const [times, file] of ['graph.onnx', 'weights.bin', 'prepacked.json'].entries()) {
      truncateSync(join(graph, '..', file), 10);
      expect(await prepack()).toBe(graph);
      expect(made).toBe(times + 2);
    }
    await prepack();
    expect(made).toBe(4);
    expect(readdirSync(prepackedRoot(env))).toHaveLength(1);
  });

  it('that cannot be made are MODEL_LOAD with the runtime’s words, and leave nothing behind', async () => {
    const graph = join(folder, 'onnx', 'broken.onnx');
    writeFileSync(graph, 'not a graph');
    const failed = prepackedGraph(graph, { key: key(), entry, env });
    await expect(failed).rejects.toMatchObject({ code: 'MODEL_LOAD', at: { file: graph } });
    expect(readdirSync(prepackedRoot(env))).toEqual([]);
  });

  it('that memory does not suffice for are MODEL_MEMORY, whoever says so, and leave nothing behind', async () => {
    const told = ['process.kill(process.pid, "SIGKILL")', 'console.error("std::bad_alloc"); process.exit(1)'];
    for (const [at, line] of told.entries()) {
      const file = join(temporaryFolder(), `maker${at}.mjs`);
      writeFileSync(file, line);
      await expect(prepack({ entry: pathToFileURL(file) })).rejects.toMatchObject({
        code: 'MODEL_MEMORY',
        at: { file: join(folder, 'onnx', 'slim_fp16.onnx') },
        hint: expect.stringMatching(/unpack/),
      });
    }
    expect(readdirSync(prepackedRoot(env))).toEqual([]);
  });

  it('that were made for another machine are made again, wherever they lie', async () => {
    const graph = await prepack();
    const record = join(graph, '..', 'prepacked.json');
    const own = readFileSync(record, 'utf8');
    const { cpu } = key();
    for (const other of [own.replace(cpu, `${cpu} amx_int8`), own.replace(key().runtime, '0.1.0')]) {
      expect(other).not.toBe(own);
      writeFileSync(record, other);
      expect(await prepack()).toBe(graph);
      expect(readFileSync(record, 'utf8')).toContain(cpu);
    }
    expect(made).toBe(3);
  });

  it('are no longer made once the run is stopped', async () => {
    const stop = new AbortController();
    const making = prepack({
      signal: stop.signal,
      onMake: () => setTimeout(() => stop.abort(new Error('stopped')), 50),
    });
    await expect(making).rejects.toThrow('stopped');
    expect(readdirSync(prepackedRoot(env))).toEqual([]);
  });

  it('are dropped when they were not used for long, or the oldest when they are too many', async () => {
    const old = await prepack({ key: key('old') });
    const used = await prepack();
    utimesSync(join(old, '..', 'prepacked.json'), 1000, 1000);
    expect(listPrepacked(env).map(({ folder: at }) => join(at, 'graph.onnx'))).toEqual([used, old]);
    expect(await prunePrepacked({ before: 2_000_000 }, env)).toMatchObject([{ model: 'tiny' }]);
    expect([existsSync(old), existsSync(used)]).toEqual([false, true]);
    expect(await prunePrepacked({ maxBytes: 1 }, env)).toHaveLength(1);
    expect(listPrepacked(env)).toEqual([]);
  });

  it('in the making are not dropped, but what a stopped process left is', async () => {
    const draft = join(prepackedRoot(env), 'draft');
    mkdirSync(draft, { recursive: true });
    expect(await prunePrepacked({ before: Number.POSITIVE_INFINITY }, env)).toEqual([]);
    utimesSync(draft, 1000, 1000);
    expect(await prunePrepacked({ before: Number.POSITIVE_INFINITY }, env)).toMatchObject([{ model: null }]);
  });
});
