import { expect, test } from 'vitest';
import { samplingRule } from './sampling-rule.ts';

test.each([
  ['anthropic.claude-3-7-sonnet-20250219-v1:0', 'both'],
  // A date, and no minor version.
  ['us.anthropic.claude-opus-4-20250514-v1:0', 'both'],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'both'],
  ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'one'],
  ['global.anthropic.claude-opus-4-5-20251101-v1:0', 'one'],
  ['anthropic.claude-opus-4-6-v1', 'one'],
  ['eu.anthropic.claude-haiku-4-5-20251001-v1:0', 'one'],
  ['anthropic.claude-sonnet-4-6', 'one'],
  ['us.anthropic.claude-opus-4-7', 'none'],
  ['us.anthropic.claude-opus-4-8', 'none'],
  ['us.anthropic.claude-opus-5', 'none'],
  ['anthropic.claude-sonnet-5', 'none'],
  ['amazon.nova-lite-v1:0', 'both'],
] as const)('%s takes %s of temperature and top_p, unless the config says otherwise', (id, rule) => {
  expect(samplingRule(id, undefined)).toBe(rule);
  expect(samplingRule(id, 'both')).toBe('both');
});
