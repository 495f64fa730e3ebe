import { appendFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

test('a key that does nothing in this run is warned of with its line and column', async () => {
  const project = await scriptedProject(3);
  onTestFinished(() => project.remove());
  await appendFile(project.config, 'sharding: { shards: 2 }\n');
  const { code, stderr } = await assayHere(['run', project.config], project.folder);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^warning CONFIG_IGNORED_KEY .*evaluation_config\.yaml:15:1 {2}sharding does nothing in this run: pipelines alone read it$/m,
  );
});

test('--local-model that stands in for no model is told', async () => {
  const project = await scriptedProject(3);
  onTestFinished(() => project.remove());
  const flags = ['--runner', 'scripted', '--local-model', 'SmolLM2-135M-Instruct'];
  const { code, stderr } = await assayHere(['run', project.config, ...flags], project.folder);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^note --local-model stands in where a model names no local one/m);
});
