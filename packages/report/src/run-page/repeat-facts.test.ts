import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { repeatFacts } from './repeat-facts.ts';

const { manifest } = makeRun({ samples: 2 });

test('the facts name what of the config changed while the run went on', () => {
  const command = ['assay', 'run', 'c.yaml', '--resume'];
  const changed = ['max_failures', 'models[0].<b>'];
  const { facts } = repeatFacts({ ...manifest, revisions: [{ at: '2026-11-26T02:00:00.000Z', command, changed }] });
  expect(facts.at(-1)).toEqual({
    name: 'Changed while it ran',
    text: 'max_failures, models[0].<b> (2026-11-26T02:00:00.000Z)',
  });
  expect(repeatFacts(manifest).facts.map(({ name }) => name)).not.toContain('Changed while it ran');
});
