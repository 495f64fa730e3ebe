/** Lines of a UTF-8 stream, ended by LF alone: JSON may hold every other kind of line separator. */
export async function* readLines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of stream) {
    const parts = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    const last = parts.pop()!;
    for (const part of parts) {
      pieces.push(part);
      yield pieces.join('');
      pieces = [];
    }
    pieces.push(last);
  }
  const rest = pieces.join('') + decoder.decode();
  if (rest !== '') yield rest;
}
