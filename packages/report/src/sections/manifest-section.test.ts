import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { manifestSection } from './manifest-section.ts';

const { manifest } = makeRun({ samples: 2 });

test('the manifest names what of the config changed while the run went on, as text', () => {
  const command = ['assay', 'run', 'c.yaml', '--resume'];
  const changed = ['max_failures', 'models[0].<b>'];
  const { markup } = manifestSection({
    ...manifest,
    revisions: [{ at: '2026-11-26T02:00:00.000Z', command, changed }],
  });
  expect(markup).toContain('max_failures, models[0].&lt;b&gt; (2026-11-26T02:00:00.000Z)');
  expect(manifestSection(manifest).markup).not.toContain('Changed while it ran');
});
