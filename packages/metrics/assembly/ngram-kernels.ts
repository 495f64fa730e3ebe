// Clipped n-gram matches of a hypothesis against one reference, order by order. An n-gram is known by its node and its last
// token: the node is the place of the n-gram without that token, so that a key is exact and short whatever the order. Each
// order has the table to itself: it stays small, and its look-ups do not wait for each other.
//
// The host lays out memory. Tokens are u32 from 1 to 2^21 - 1. A slot of the table is 8 bytes: the key, then a count in the low
// 22 bits; 0 when free. There are at most 2^20 slots, more than n-grams.

const TOKEN_BITS: u64 = 21;
const COUNT_BITS: u64 = 22;
const COUNTS: u64 = (1 << 22) - 1;

/** How many tokens match. `counts`, by token, is all zero before and afterwards. */
function matchTokens(reference: usize, m: i32, hypothesis: usize, n: i32, counts: usize): i32 {
  for (let i = 0; i < m; i++) {
    const at = counts + ((<usize>load<u32>(reference + ((<usize>i) << 2))) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let matches = 0;
  for (let i = 0; i < n; i++) {
    const at = counts + ((<usize>load<u32>(hypothesis + ((<usize>i) << 2))) << 2);
    const left = load<i32>(at);
    const hit = <i32>(left > 0);
    store<i32>(at, left - hit);
    matches += hit;
  }
  for (let i = 0; i < m; i++) store<i32>(counts + ((<usize>load<u32>(reference + ((<usize>i) << 2))) << 2), 0);
  return matches;
}

/**
 * Writes the matches of the orders 1…orders as i32 at `out`. `nodes` and `otherNodes` have room for a u32 a token, `table` for
 * 2^slotBits slots.
 */
export function match(
  reference: usize,
  m: i32,
  hypothesis: usize,
  n: i32,
  orders: i32,
  slotBits: i32,
  counts: usize,
  table: usize,
  nodes: usize,
  otherNodes: usize,
  out: usize,
): void {
  store<i32>(out, matchTokens(reference, m, hypothesis, n, counts));
  memory.copy(nodes, reference, (<usize>m) << 2);
  memory.copy(otherNodes, hypothesis, (<usize>n) << 2);
  const shift: u64 = 64 - slotBits;
  const mask: usize = ((<usize>8) << slotBits) - 8;
  // A node is a slot's number from 1; 0 is an n-gram that the reference lacks, and no key begins with it.
  const before = table - 8;
  for (let order = 1; order < orders; order++) {
    memory.fill(table, 0, (<usize>8) << slotBits);
    for (let i = 0; i < m - order; i++) {
      const node = nodes + ((<usize>i) << 2);
      const key = ((<u64>load<u32>(node)) << TOKEN_BITS) | load<u32>(reference + ((<usize>(i + order)) << 2));
      let at = table + ((<usize>((key * 0x9e3779b97f4a7c15) >> shift)) << 3);
      let held = load<u64>(at);
      while (<i32>(held != 0) & <i32>(held >> COUNT_BITS != key)) {
        at = table + ((at + 8 - table) & mask);
        held = load<u64>(at);
      }
      store<u64>(at, (held | (key << COUNT_BITS)) + 1);
      store<u32>(node, <u32>((at - before) >> 3));
    }
    let matches: u64 = 0;
    for (let i = 0; i < n - order; i++) {
      const node = otherNodes + ((<usize>i) << 2);
      const key = ((<u64>load<u32>(node)) << TOKEN_BITS) | load<u32>(hypothesis + ((<usize>(i + order)) << 2));
      let at = table + ((<usize>((key * 0x9e3779b97f4a7c15) >> shift)) << 3);
      let held = load<u64>(at);
      while (<i32>(held != 0) & <i32>(held >> COUNT_BITS != key)) {
        at = table + ((at + 8 - table) & mask);
        held = load<u64>(at);
      }
      const hit = <u64>((held & COUNTS) != 0);
      store<u64>(at, held - hit);
      matches += hit;
      store<u32>(node, held ? <u32>((at - before) >> 3) : 0);
    }
    store<i32>(out + ((<usize>order) << 2), <i32>matches);
  }
}
