/** Orders strings by code points, as Python does; JavaScript's own order puts U+10000 before U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  for (let i = 0; ; ) {
    const x = a.codePointAt(i);
    const y = b.codePointAt(i);
    if (x === undefined || y === undefined) return a.length - b.length;
    if (x !== y) return x - y;
    i += x > 0xffff ? 2 : 1;
  }
}
