import { expect, test } from 'vitest';
import { matches } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { pinHelpers } from './pin-helpers.ts';
import { rememberIds } from './remember-ids.ts';

const plain = instantiateAlgorithm('matches', matches, {});
const helped = (...helpers: readonly object[]) =>
  ({ ...plain, signature: 'judged', helpers }) as unknown as typeof plain;

test('an algorithm without helpers stays as it is', async () => {
  expect(await pinHelpers({ algorithms: [plain], describeHelper: async () => 'x' })).toEqual([plain]);
});

test('the ids of all helpers stand in the signature, in order', async () => {
  const algorithms = [helped({ kind: 'classify', model: 'toxic' }, { kind: 'embed' })];
  const describeHelper = async (kind: string, model?: string) => `${kind}:${model}@1`;
  const [pinned] = await pinHelpers({ algorithms, describeHelper: describeHelper as never });
  expect(pinned!.signature).toBe('judged|helper:classify=classify:toxic@1+embed=embed:undefined@1');
});

test('a helper that cannot be had is said, and costs the others nothing', async () => {
  const describeHelper = async (kind: string) => {
    if (kind === 'embed') throw new Error('gone');
    return 'here';
  };
  const [pinned] = await pinHelpers({
    algorithms: [helped({ kind: 'embed' }, { kind: 'classify' })],
    describeHelper: describeHelper as never,
  });
  expect(pinned!.signature).toBe('judged|helper:embed=unavailable+classify=here');
});

test('where nobody can describe them, helpers stand by name', async () => {
  const [pinned] = await pinHelpers({ algorithms: [helped({ kind: 'embed' }, { kind: 'classify', model: 'toxic' })] });
  expect(pinned!.signature).toBe('judged|helper:embed=default+classify=toxic');
});

test('each helper is described once where what was described is remembered', async () => {
  const asked: string[] = [];
  const describeHelper = async (kind: string, model?: string) => {
    asked.push(`${kind}:${model}`);
    return 'id';
  };
  const twice = [helped({ kind: 'embed' }), helped({ kind: 'embed' }, { kind: 'embed', model: 'b' })];
  await pinHelpers({ algorithms: twice, describeHelper: rememberIds(describeHelper as never) });
  expect(asked).toEqual(['embed:undefined', 'embed:b']);
});
