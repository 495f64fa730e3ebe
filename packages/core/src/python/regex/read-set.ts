import { classTest, rangeTest } from './character-tests.ts';
import type { PatternReader } from './pattern-reader.ts';
import type { CharacterTest } from './syntax.ts';

/** What stands between brackets, behind the opening one. */
export function readSet(reader: PatternReader, ignoreCase: boolean): CharacterTest {
  const isNegative = reader.take('^');
  const tests: CharacterTest[] = [];
  // A bracket right after the opening one is a member of the set.
  for (let isFirst = true; isFirst || reader.next !== ']'; isFirst = false) {
    const from = member(reader);
    if (typeof from === 'function') tests.push(from);
    else tests.push(range(reader, from, ignoreCase));
  }
  reader.read();
  const isMember: CharacterTest = (code) => tests.some((test) => test(code));
  return isNegative ? (code) => !isMember(code) : isMember;
}

function range(reader: PatternReader, from: number, ignoreCase: boolean): CharacterTest {
  const before = reader.at;
  if (!reader.take('-')) return rangeTest(from, from, ignoreCase);
  if (reader.next === ']') {
    reader.at = before;
    return rangeTest(from, from, ignoreCase);
  }
  const to = member(reader);
  if (typeof to === 'function' || to < from) throw new SyntaxError('bad character range');
  return rangeTest(from, to, ignoreCase);
}

function member(reader: PatternReader): number | CharacterTest {
  if (!reader.take('\\')) return reader.read().codePointAt(0)!;
  const test = classTest(reader.next);
  if (test !== undefined) {
    reader.read();
    return test;
  }
  return reader.take('b') ? 0x08 : reader.escaped().codePointAt(0)!;
}
