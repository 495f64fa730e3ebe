import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;

beforeAll(async () => {
  project = await scriptedProject(12);
  const { code, stderr } = await assayHere(['run', project.config, '-o', 'run'], project.folder);
  expect(code, stderr).toBe(0);
}, 60_000);
afterAll(() => project.remove());

const call = (...args: string[]) => assayHere(args, project.folder);

test('a selected model is registered once, listed, approved and shown', async () => {
  const none = await call('registry', 'list');
  expect([none.code, none.stdout]).toEqual([0, '']);
  const selected = await call('select', 'run', '--register', 'answers');
  expect([selected.code, selected.stdout]).toEqual([
    0,
    expect.stringContaining('registered as version 1 of answers (PendingManualApproval)'),
  ]);
  expect((await call('select', 'run', '--register', 'answers')).stdout).toContain('version 1 of answers');
  expect((await call('registry', 'show', 'answers', 'approved')).code).toBe(2);
  const approved = await call('registry', 'approve', 'answers', 'latest', '--note', 'read them', '--by', 'Ann');
  expect([approved.code, approved.stdout]).toEqual([0, 'answers 1 (first) is Approved, by Ann\n']);
  const { stdout } = await call('registry', 'list');
  expect(stdout).toMatch(
    /^answers\n {4}1 {2}first +approved .*\n +factual_knowledge\.factual_knowledge 0\.667 \(.* by Ann/,
  );
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  const shown = JSON.parse((await call('registry', 'show', 'answers', 'approved', '--json')).stdout);
  expect(shown).toMatchObject({
    group: 'answers',
    version: 1,
    model: 'first',
    approval: 'Approved',
    approvalDescription: 'read them',
    approvedBy: 'Ann',
    prompt: { template: expect.any(String) },
    parameters: expect.any(Object),
    runDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    dataDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    dataset: { name: 'made-up', files: [{ path: expect.stringContaining('data.jsonl') }] },
  });
  const rejected = await call('registry', 'reject', 'answers', '1', '--by', 'Bob', '--note', 'too slow');
  expect(rejected.stdout).toBe('answers 1 (first) is Rejected, by Bob\n');
  // What stands on several lines of a narrow terminal, on one.
  const text = (await call('registry', 'show', 'answers', '1')).stdout.replaceAll(/\n {12}/g, ' ');
  expect(text).toMatch(
    /history .*registered by .+\nhistory .*Approved by Ann: read them\nhistory .*Rejected by Bob: too slow/,
  );
});

test('a group or version that cannot be is refused', async () => {
  const folder = join(project.folder, 'other');
  for (const [args, message] of [
    [['select', 'run', '--register', '../up', '--registry', folder], 'is no name of a model package group'],
    [['registry', 'approve', 'nobody', '1', '--registry', folder], 'REGISTRY_NOT_FOUND'],
    [['registry', 'show', 'answers', 'newest'], 'is no version'],
  ] as const) {
    const { code, stderr } = await call(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
});
