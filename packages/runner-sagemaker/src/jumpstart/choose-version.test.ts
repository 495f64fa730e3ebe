import { expect, test } from 'vitest';
import { chooseHubVersion, chooseVersion } from './choose-version.ts';
import { comparePep440, highestVersion, parsePep440 } from './pep440.ts';

const entry = (version: string, min_version = '2.0.0') => ({ model_id: 'm', version, min_version, spec_key: version });
const open = { isProprietary: false };
const choose = (request: string, versions: readonly string[], options = open) =>
  chooseVersion(
    versions.map((version) => entry(version)),
    'm',
    request,
    options,
  )?.version;

test('versions stand in the order of Python packaging', () => {
  const ordered = [
    '1.0.dev1',
    '1.0a1.dev1',
    '1.0a1',
    '1.0b2',
    '1.0rc1',
    '1.0',
    '1.0+local',
    '1.0.post1',
    '1.1',
    '1.10',
    '1!0.1',
  ];
  const parsed = ordered.map((version) => parsePep440(version)!);
  for (let i = 1; i < parsed.length; i++) expect(comparePep440(parsed[i - 1]!, parsed[i]!)).toBeLessThan(0);
  expect(comparePep440(parsePep440('3.0')!, parsePep440('3.0.0')!)).toBe(0);
  expect(parsePep440('bad version')).toBeUndefined();
  expect(highestVersion(['v9', 'not one', '10.0'])).toBe('10.0');
});

test('a star takes the newest, a prefix is one of the text, and an exact version is equal as versions are', () => {
  const versions = ['1.0.0', '1.9.0', '1.10.0', '2.0.0rc1'];
  expect(choose('*', versions)).toBe('2.0.0rc1');
  expect(choose('1.1*', versions)).toBe('1.10.0');
  expect(choose('1.*', versions)).toBe('1.10.0');
  expect(choose('1', versions)).toBe('1.0.0');
  expect(() => choose('one', versions)).toThrow('"one" is no version');
  expect(() => choose('4.0.0', versions)).toThrow('no version 4.0.0');
});

test('what only a newer SDK may use is skipped by a star and refused by its number', () => {
  const entries = [entry('1.0.0'), entry('2.0.0', '2.999.0')];
  expect(chooseVersion(entries, 'm', '*', open)?.version).toBe('1.0.0');
  expect(() => chooseVersion(entries, 'm', '2.0.0', open)).toThrow('2.999.0');
  expect(chooseVersion(entries, 'other', '*', open)).toBeUndefined();
});

test('a Marketplace model takes a star or an exact text', () => {
  const proprietary = { isProprietary: true };
  expect(choose('*', ['2.0.004', '2.0.01', 'v1'], proprietary)).toBe('2.0.004');
  expect(choose('2.0.004', ['2.0.004'], proprietary)).toBe('2.0.004');
  expect(() => choose('2.0.4', ['2.0.004'], proprietary)).toThrow('no version 2.0.4');
  expect(() => choose('2.*', ['2.0.004'], proprietary)).toThrow('no version with a star');
});

test('a hub’s pattern takes the greatest text, as AWS’s SDK does', () => {
  expect(chooseHubVersion(['1.0.0', '1.0.9', '1.0.10', '2.0.0'], '1.*')).toBe('1.0.9');
  expect(chooseHubVersion(['1.0.0', '1.0.9', '1.0.10', '2.0.0'], '*')).toBe('2.0.0');
  expect(() => chooseHubVersion(['1.0.0'], '3.0.0')).toThrow('no version 3.0.0');
});
