import { appendFileSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileDigest } from '@assay/core';
import { describe, expect, it } from 'vitest';
import { BERT_FILES, writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { verifyModel } from './verify-model.ts';

async function settledModel(): Promise<{ folder: string; env: NodeJS.ProcessEnv }> {
  const folder = temporaryFolder();
  writeModel(folder, BERT_FILES);
  // Digests are remembered only of files older than the clock's grain.
  await sleep(120);
  return { folder, env: { ASSAY_CACHE: temporaryFolder() } };
}

describe('verifyModel', () => {
  it.each(['SmolLM2-135M-Instruct', 'all-MiniLM-L6-v2', 'tox-block-bilstm'])(
    'accepts every file of %s',
    async (name) => {
      const found = await verifyModel(name, { env: { ASSAY_CACHE: temporaryFolder() } });
      expect(found.checkedFiles).toBe(
        readdirSync(found.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length,
      );
      expect(found.checkedBytes).toBeGreaterThan(2e6);
    },
  );

  it('refuses a wrong byte, naming the file and the cure', async () => {
    const { folder, env } = await settledModel();
    await verifyModel(folder, { env });
    writeFileSync(join(folder, 'onnx/model.onnx'), 'weightz');
    await expect(verifyModel(folder, { env })).rejects.toMatchObject({
      code: 'MODEL_CHECKSUM',
      message: expect.stringContaining(join(folder, 'onnx/model.onnx')),
      hint: expect.stringContaining('Copy the file again'),
    });
  });

  it('refuses a folder that lacks a listed file', async () => {
    const { folder, env } = await settledModel();
    rmSync(join(folder, 'tokenizer.json'));
    await expect(verifyModel(folder, { env })).rejects.toMatchObject({
      code: 'MODEL_FILES_MISSING',
      message: expect.stringContaining('tokenizer.json is missing'),
    });
  });

  it('hashes an unchanged file once: later runs trust the cache until told otherwise', async () => {
    const { folder, env } = await settledModel();
    await verifyModel(folder, { env });
    const memory = join(env.ASSAY_CACHE!, 'file-digests', readdirSync(join(env.ASSAY_CACHE!, 'file-digests'))[0]!);
    const good = await fileDigest(join(folder, 'config.json'), 'sha256');
    writeFileSync(memory, readFileSync(memory, 'utf8').replace(good, 'f'.repeat(64)));
    await expect(verifyModel(folder, { env })).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
    await expect(verifyModel(folder, { env, fresh: true })).resolves.toMatchObject({ checkedFiles: 3 });
  });

  it('works with a cache folder that cannot be written or read', async () => {
    const { folder } = await settledModel();
    const file = join(temporaryFolder(), 'file');
    appendFileSync(file, 'not a folder');
    await expect(verifyModel(folder, { env: { ASSAY_CACHE: file } })).resolves.toMatchObject({ checkedFiles: 3 });
  });

  it('checks a hub snapshot against the names of its blobs, sha256 and git ids alike', async () => {
    const root = temporaryFolder();
    const env = { ASSAY_CACHE: temporaryFolder() };
    const config = '{"model_type":"bert"}';
    writeModel(
      root,
      { 'snapshots/x/README.md': '', 'blobs/config': config, 'blobs/weights': 'weights' },
      { sums: false },
    );
    const git = await fileDigest(join(root, 'blobs/config'), 'git-sha1');
    const sha = await fileDigest(join(root, 'blobs/weights'), 'sha256');
    writeModel(join(root, 'blobs'), { [git]: config, [sha]: 'weights' }, { sums: false });
    symlinkSync(join('..', '..', 'blobs', git), join(root, 'snapshots/x/config.json'));
    symlinkSync(join('..', '..', 'blobs', sha), join(root, 'snapshots/x/model.onnx'));
    const folder = join(root, 'snapshots/x');
    await expect(verifyModel(folder, { env })).resolves.toMatchObject({ checkedFiles: 2 });
    writeFileSync(join(root, 'blobs', git), '{"model_type":"best"}');
    await expect(verifyModel(folder, { env })).rejects.toMatchObject({ code: 'MODEL_CHECKSUM' });
  });

  it('says that nothing was checked where no checksums are known', async () => {
    const folder = temporaryFolder();
    writeModel(folder, BERT_FILES, { sums: false });
    await expect(verifyModel(folder, { env: { ASSAY_CACHE: temporaryFolder() } })).resolves.toMatchObject({
      checkedFiles: 0,
    });
  });

  it('reports progress up to the whole', async () => {
    const { folder, env } = await settledModel();
    const seen: number[] = [];
    const { checkedBytes } = await verifyModel(folder, { env, onProgress: ({ doneBytes }) => seen.push(doneBytes) });
    expect(seen).toHaveLength(3);
    expect(seen.at(-1)).toBe(checkedBytes);
  });
});

describe('git object id of a file', () => {
  it('equals what git itself prints for an empty and a short file', async () => {
    const folder = temporaryFolder();
    writeModel(folder, { empty: '', hello: 'hello\n' }, { sums: false });
    expect(await fileDigest(join(folder, 'empty'), 'git-sha1')).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(await fileDigest(join(folder, 'hello'), 'git-sha1')).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });
});
