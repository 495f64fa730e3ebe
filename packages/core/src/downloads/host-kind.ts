import { BlockList, isIP } from 'node:net';

/** `loopback` is this machine; `private` what only its own network reaches, link-local and metadata addresses among it. */
export type HostKind = 'public' | 'loopback' | 'private';

const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const own = new BlockList();
for (const [address, bits] of PRIVATE_V4) own.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of PRIVATE_V6) own.addSubnet(address, bits, 'ipv6');

/** Names that no public server has. */
const OWN_NAME = /^[^.]+$|\.(?:local|internal|intranet|lan|corp|home|home\.arpa|localdomain)$/;

/**
 * Of an address, or of a name by itself: what a public name leads to is only known once it is looked up.
 * @param host as `URL.hostname` has it: IPv6 in brackets or not
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function hostKind(host: string): HostKind {
  const bare = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/.exec(bare);
  if (mapped !== null) return hostKind(mapped[1] ?? dotted(mapped[2]!, mapped[3]!));
  const version = isIP(bare);
  if (version === 0) {
    if (bare === 'localhost' || bare.endsWith('.localhost')) return 'loopback';
    return OWN_NAME.test(bare) ? 'private' : 'public';
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(bare, family)) return 'loopback';
  return own.check(bare, family) ? 'private' : 'public';
}

/** The last 32 bits of an IPv6 address as an IPv4 one. */
function dotted(high: string, low: string): string {
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}
