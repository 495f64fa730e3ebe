/** Texts that try to be more than text. `parts` must show in the page. */
export const HOSTILE_TEXTS: readonly { readonly name: string; readonly text: string; readonly shows: string }[] = [
  {
    name: 'a script element',
    text: '<script>window.hostile = 1</script>',
    shows: '<script>window.hostile = 1</script>',
  },
  {
    name: 'the end of a script',
    text: '</script><script>window.hostile = 2</script>',
    shows: '</script><script>window.hostile = 2</script>',
  },
  { name: 'a comment that swallows', text: '<!--<script>', shows: '<!--<script>' },
  {
    name: 'an event handler',
    text: '<img src=x onerror="window.hostile = 3">',
    shows: '<img src=x onerror="window.hostile = 3">',
  },
  {
    name: 'an attribute’s end',
    text: '" onmouseover="window.hostile = 4" x=\'',
    shows: '" onmouseover="window.hostile = 4" x=\'',
  },
  { name: 'ANSI codes', text: '\u001b[31mred\u001b[0m', shows: '\\e[31mred\\e[0m' },
  { name: 'bidi controls', text: 'user\u202egnp.exe\u2066', shows: 'user\\u202egnp.exe\\u2066' },
  { name: 'line separators', text: 'a\u2028b\u2029c', shows: 'a\\u2028b\\u2029c' },
  { name: 'null bytes', text: 'a\u0000b', shows: 'a\\0b' },
  { name: 'lone surrogates', text: 'a\ud83db\udc00', shows: 'a\\ud83db\\udc00' },
  { name: 'invisible letters', text: 'a\u200bb\u{e0041}', shows: 'a\\u200bb\\u{e0041}' },
  {
    name: 'a template',
    text: '{{window.hostile = 5}} {{constructor.constructor("window.hostile = 6")()}}',
    shows: '{{window.hostile = 5}}',
  },
];
