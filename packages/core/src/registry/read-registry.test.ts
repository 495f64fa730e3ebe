import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRegistered, readGroup, readRegistry, setApproval } from './read-registry.ts';
import { type RegisterLocallyOptions, registerLocally } from './register-locally.ts';

let registry: string;
beforeEach(async () => {
  registry = await mkdtemp(join(tmpdir(), 'assay-registry-'));
});
afterEach(() => rm(registry, { recursive: true, force: true }));

function register(group: string, run: string): ReturnType<typeof registerLocally> {
  return registerLocally({
    registry,
    group,
    model: 'm',
    manifest: { configDigest: 'd', dataset: { name: 'data', files: [], samples: 9 } },
    summary: {
      run,
      models: [{ name: 'm', runner: 'r' }],
      scores: [
        {
          model: 'm',
          algorithm: 'a',
          score: 's',
          category: null,
          n: 9,
          value: 0.5,
          interval: [0.2, 0.8],
          signature: 'x',
        },
      ],
    },
    decidingScore: 'a.s',
    actor: { by: 'ann' },
  } as unknown as RegisterLocallyOptions);
}

test('a version is pending until somebody decides; who, when and why stay in its history', async () => {
  const entry = await register('answers', 'one');
  expect(entry.approval).toBe('PendingManualApproval');
  await setApproval(registry, entry, 'Approved', { by: 'bob', why: 'read 40 answers' });
  const rejected = await setApproval(registry, entry, 'Rejected', { by: 'ann' });
  expect(rejected).toMatchObject({ approval: 'Rejected', approvedBy: 'ann' });
  expect(rejected.approvalDescription).toBeUndefined();
  expect(rejected.history?.map(({ what, by, why }) => [what, by, why])).toEqual([
    ['registered', 'ann', undefined],
    ['Approved', 'bob', 'read 40 answers'],
    ['Rejected', 'ann', undefined],
  ]);
  const file = JSON.parse(await readFile(join(registry, 'answers', '1.json'), 'utf8'));
  expect(file).toMatchObject({ approval: 'Rejected', approvedBy: 'ann' });
});

test('a history that was changed is refused; the last line of a process that died is not', async () => {
  const entry = await register('answers', 'one');
  await setApproval(registry, entry, 'Approved', { by: 'bob' });
  const file = join(registry, 'answers', 'history.jsonl');
  await appendFile(file, '{"version":1,"what":"Reje');
  expect(await findRegistered(registry, 'answers', 1)).toMatchObject({ approval: 'Approved', approvedBy: 'bob' });
  await writeFile(file, '{"version":1,"what":"Praised","at":"now","by":"me"}\n');
  await expect(findRegistered(registry, 'answers', 1)).rejects.toMatchObject({ code: 'REGISTRY_DAMAGED' });
});

test('the latest and the latest approved version are found', async () => {
  for (let at = 1; at <= 11; at += 1) await register('answers', `run ${at}`);
  await setApproval(registry, { group: 'answers', version: 9 }, 'Approved', { by: 'ann' });
  expect((await findRegistered(registry, 'answers', 'latest')).version).toBe(11);
  expect((await findRegistered(registry, 'answers', 'approved')).version).toBe(9);
  expect((await readGroup(registry, 'answers')).map(({ version }) => version).slice(-3)).toEqual([9, 10, 11]);
});

test('what is not there is told with what is', async () => {
  await expect(findRegistered(registry, 'none', 'latest')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining('--register'),
  });
  await register('answers', 'one');
  await expect(findRegistered(registry, 'answer', 'latest')).rejects.toMatchObject({ hint: 'It has: answers.' });
  await expect(findRegistered(registry, 'answers', 'approved')).rejects.toMatchObject({
    hint: 'It has: 1 (PendingManualApproval).',
  });
});

test('a group is never looked for outside the registry', async () => {
  await writeFile(join(registry, '1.json'), '{"version":1}');
  await register('answers', 'one');
  expect(await readGroup(join(registry, 'answers'), '..')).toEqual([]);
  expect([...(await readRegistry(registry)).keys()]).toEqual(['answers']);
});
