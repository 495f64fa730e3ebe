import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BERT_FILES, writeModel } from '../../test/small-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { parseHubId } from '../hub/hub-id.ts';
import { resolveModel } from './resolve-model.ts';

function hubCacheWith(id: string, commit: string, ref?: string): NodeJS.ProcessEnv {
  const home = temporaryFolder();
  const root = join(home, 'hub', `models--${id.replace('/', '--')}`);
  writeModel(join(root, 'snapshots', commit), BERT_FILES, { sums: false });
  mkdirSync(join(root, 'refs'), { recursive: true });
  if (ref !== undefined) writeFileSync(join(root, 'refs', ref), commit);
  return { HF_HOME: home };
}

const COMMIT = 'a'.repeat(40);

describe('resolveModel', () => {
  it.each([
    ['SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct'],
    ['HuggingFaceTB/SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct'],
    ['all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    ['sentence-transformers/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    ['Xenova/all-MiniLM-L6-v2', 'all-MiniLM-L6-v2'],
    ['tox-block-bilstm', 'tox-block-bilstm'],
  ])('finds the embedded model that answers to %s', (name, short) => {
    const model = resolveModel(name, { env: {} });
    expect(model).toMatchObject({ name: short, source: 'embedded' });
    expect(model.folder.endsWith(join('models', short))).toBe(true);
  });

  it('takes a path as a folder', () => {
    const folder = temporaryFolder();
    expect(resolveModel(folder)).toEqual({ name: folder.split('/').at(-1), folder, source: 'folder' });
  });

  it('looks for embedded models where ASSAY_MODELS_DIR says', () => {
    const models = temporaryFolder();
    writeModel(join(models, 'mine'), BERT_FILES);
    expect(resolveModel('mine', { env: { ASSAY_MODELS_DIR: models } }).folder).toBe(join(models, 'mine'));
    expect(() => resolveModel('tox-block-bilstm', { env: { ASSAY_MODELS_DIR: models, HF_HOME: models } })).toThrow(
      /no model/,
    );
  });

  it('finds a hub id through the ref of its revision in the cache', () => {
    const env = hubCacheWith('org/tiny', COMMIT, 'main');
    expect(resolveModel('org/tiny', { env })).toMatchObject({ name: 'org/tiny', source: 'hub', commit: COMMIT });
  });

  it('finds a hub id pinned by commit, with no ref', () => {
    const env = hubCacheWith('org/tiny', COMMIT);
    expect(resolveModel(`org/tiny@${COMMIT}`, { env }).commit).toBe(COMMIT);
    expect(resolveModel('org/tiny', { env, revision: COMMIT }).commit).toBe(COMMIT);
  });

  it('does not answer a revision that the cache lacks', () => {
    const env = hubCacheWith('org/tiny', COMMIT, 'main');
    expect(() => resolveModel(`org/tiny@${'b'.repeat(40)}`, { env })).toThrow(
      expect.objectContaining({ code: 'MODEL_NOT_FOUND' }),
    );
  });

  it('suggests the nearest known name', () => {
    expect(() => resolveModel('smollm2-135m-instuct', { env: {} })).toThrow(/did you mean "SmolLM2-135M-Instruct"\?/);
    expect(() => resolveModel('all-minilm-l6-v2', { env: {} })).toThrow(/did you mean "all-MiniLM-L6-v2"\?/);
  });

  it('suggests nothing for a name unlike any other, and says how to pull a hub id', () => {
    expect(() => resolveModel('meta-llama/Llama-3.2-1B', { env: { HF_HOME: temporaryFolder() } })).toThrow(
      expect.objectContaining({
        code: 'MODEL_NOT_FOUND',
        message: 'no model "meta-llama/Llama-3.2-1B" on this machine',
        hint: 'Get it with: assay models pull meta-llama/Llama-3.2-1B',
      }),
    );
  });

  it('does not take a path that leads nowhere for a hub id', () => {
    expect(() => resolveModel('./nowhere', { env: {} })).toThrow(
      expect.objectContaining({
        code: 'MODEL_NOT_FOUND',
        hint: expect.stringContaining('a folder, or a Hugging Face id'),
      }),
    );
  });

  it('takes a bare name for a folder only when that folder holds a model', () => {
    expect(() => resolveModel('packages', { env: {} })).toThrow(/no model "packages"/);
    expect(resolveModel('models/tox-block-bilstm')).toMatchObject({ source: 'folder', name: 'tox-block-bilstm' });
  });
});

describe('parseHubId', () => {
  it.each(['org/..', '../x', 'org/x@../../y', 'a/b/c', 'org/x@', '', 'org/', 'org/x y'])('refuses %j', (text) => {
    expect(parseHubId(text)).toBeUndefined();
  });

  it('reads a revision after @ and prefers one given apart', () => {
    expect(parseHubId('org/name')).toEqual({ id: 'org/name', revision: 'main' });
    expect(parseHubId('gpt2@v1.0')).toEqual({ id: 'gpt2', revision: 'v1.0' });
    expect(parseHubId('org/name@v1', 'refs/pr/3')).toEqual({ id: 'org/name', revision: 'refs/pr/3' });
  });
});
