let table: Uint16Array | undefined;

/**
 * Lower case of each UTF-16 code unit that has one of its own, whatever stands around it. 0 marks the few that need the
 * whole text (İ, which becomes two code units; Σ, whose form depends on the word; high surrogates of scripts with case):
 * there, lower-case the text with `toLowerCase` and start again. Built on first use, in some milliseconds.
 */
export function lowerCaseTable(): Uint16Array {
  if (table !== undefined) return table;
  table = new Uint16Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const lower = String.fromCharCode(unit).toLowerCase();
    table[unit] = lower.length === 1 ? lower.charCodeAt(0) : 0;
  }
  table[0x3a3] = 0;
  for (let high = 0xd800; high < 0xdc00; high++) if (hasCase(high)) table[high] = 0;
  return table;
}

/** Whether any character that begins with this high surrogate has another lower case. */
function hasCase(high: number): boolean {
  let characters = '';
  for (let low = 0xdc00; low < 0xe000; low++) characters += String.fromCharCode(high, low);
  return characters.toLowerCase() !== characters;
}
