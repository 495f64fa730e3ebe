import { expect, test } from 'vitest';
import { VectorMemory } from './vector-memory.ts';

test('the least recently used vector is forgotten first', () => {
  const memory = new VectorMemory(2);
  const vector = (value: number): Float32Array => Float32Array.of(value);
  memory.set('a', vector(1));
  memory.set('b', vector(2));
  expect(memory.get('a')).toEqual(vector(1));
  memory.set('c', vector(3));
  expect(memory.get('b')).toBeUndefined();
  expect(memory.get('a')).toEqual(vector(1));
  expect(memory.get('c')).toEqual(vector(3));
});
