/**
 * Whether a request's body surely asks for the likeliest tokens: by `do_sample: false`, or by a temperature of 0 without
 * `do_sample: true`, wherever in it they stand. What a body leaves out is the server's to decide, and may be sampling.
 * @param body as it is sent, parsed
 */
export function isGreedyRequest(body: unknown): boolean {
  const switches: unknown[] = [];
  const temperatures: unknown[] = [];
  collect(body, switches, temperatures);
  if (switches.some((value) => value !== false)) return false;
  if (switches.length > 0) return true;
  return temperatures.length > 0 && temperatures.every((value) => value === 0);
}

function collect(body: unknown, switches: unknown[], temperatures: unknown[]): void {
  if (typeof body !== 'object' || body === null) return;
  for (const [key, value] of Object.entries(body)) {
    if (/^do_?sample$/i.test(key)) switches.push(value);
    else if (key === 'temperature') temperatures.push(value);
    else collect(value, switches, temperatures);
  }
}
