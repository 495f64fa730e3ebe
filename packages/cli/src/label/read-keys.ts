/** Each key as it is pressed; the end of the input and Ctrl-C end it. A terminal is put back as it was. */
export async function* readKeys(input: NodeJS.ReadStream): AsyncGenerator<string> {
  const wasRaw = input.isRaw === true;
  if (input.isTTY) input.setRawMode(true);
  input.setEncoding('utf8');
  try {
    for await (const chunk of input) {
      for (const key of String(chunk)) {
        // Ctrl-C and Ctrl-D come as characters in raw mode.
        if (key === '\u0003' || key === '\u0004') return;
        yield key;
      }
    }
  } finally {
    if (input.isTTY) input.setRawMode(wasRaw);
    input.pause();
  }
}
