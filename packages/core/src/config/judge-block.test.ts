import { expect, test } from 'vitest';
import { judgeBlock } from './judge-block.ts';

test('a block is read, and any other text names a model', () => {
  expect(judgeBlock('{"runner":"local","model_id":"m"}')).toEqual({ runner: 'local', model_id: 'm' });
  for (const name of ['SmolLM2-135M-Instruct', '{x', '{', '', '[1]']) expect(judgeBlock(name)).toBeUndefined();
});
