import { expect, test } from 'vitest';
import { VENDOR_SERVERS } from '../../../core/src/config/vendor-servers.ts';
import { isKeyOf } from './key-hosts.ts';

test.each(Object.entries(VENDOR_SERVERS))(
  'the key of %s may go to its server without being asked, and to no other',
  (_, server) => {
    if (!('key' in server)) return expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(isKeyOf(server.key, new URL(server.url))).toBe(true);
    expect(isKeyOf(server.key, new URL('https://elsewhere.example'))).toBe(false);
    expect(isKeyOf(server.key, new URL(server.url.replace('https:', 'http:')))).toBe(false);
  },
);
