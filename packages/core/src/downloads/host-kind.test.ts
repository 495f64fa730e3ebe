import { expect, test } from 'vitest';
import { hostKind } from './host-kind.ts';

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.8.9.1', 'loopback'],
  ['localhost', 'loopback'],
  ['api.localhost', 'loopback'],
  ['[::1]', 'loopback'],
  ['[::ffff:127.0.0.1]', 'loopback'],
  ['[::ffff:7f00:1]', 'loopback'],
  ['169.254.169.254', 'private'],
  ['[::ffff:a9fe:a9fe]', 'private'],
  ['10.1.2.3', 'private'],
  ['172.31.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['100.100.0.1', 'private'],
  ['0.0.0.0', 'private'],
  ['[fd00::1]', 'private'],
  ['[fe80::1]', 'private'],
  ['vllm', 'private'],
  ['metadata.google.internal', 'private'],
  ['printer.local.', 'private'],
  ['172.32.0.1', 'public'],
  ['8.8.8.8', 'public'],
  ['[2606:4700::1111]', 'public'],
  ['api.openai.com', 'public'],
] as const)('%s is %s', (host, kind) => {
  expect(hostKind(host)).toBe(kind);
});

test('other spellings of an address are one address to a URL', () => {
  for (const url of ['http://2130706433/', 'http://0x7f.1/', 'http://017700000001/'])
    expect(hostKind(new URL(url).hostname), url).toBe('loopback');
  expect(hostKind(new URL('http://0xa9fea9fe/').hostname)).toBe('private');
});
