const XHTML = 'http://www.w3.org/1999/xhtml';
const SVG = 'http://www.w3.org/2000/svg';
/** What XML has no way to write, in names and attributes. */
const UNWRITABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]/gu;
/** Dots a pixel of a picture. */
const SHARPNESS = 2;
/** Controls are no part of a picture. */
const CONTROLS = '.copy, fieldset, button.edit, search';

/** A part of the page as an SVG file: its own markup in the page's style, as it is drawn now. */
export function svgOf(part: HTMLElement): string {
  const clone = part.cloneNode(true) as HTMLElement;
  for (const control of clone.querySelectorAll(CONTROLS)) control.remove();
  const bounds = part.getBoundingClientRect();
  const [width, height] = [Math.ceil(bounds.width), Math.ceil(bounds.height)];
  const root = getComputedStyle(document.documentElement);
  // As wide as the window, so that the style's widths mean what they mean on the page; the drawing is at its left.
  const svg = made(SVG, 'svg', { 'data-theme': themeNow(root), width: Math.max(innerWidth, width), height });
  const style = made(SVG, 'style', {});
  style.textContent = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules].map(({ cssText }) => cssText))
    .join('\n');
  // Attributes, not styles: the page's policy lets nobody write one.
  const paper = made(SVG, 'rect', { width: '100%', height: '100%', fill: root.backgroundColor, class: 'paper' });
  const place = made(SVG, 'foreignObject', { width, height });
  const body = made(XHTML, 'body', {});
  body.append(clone);
  place.append(body);
  svg.append(style, paper, place);
  return new XMLSerializer().serializeToString(svg).replace(UNWRITABLE, '\ufffd');
}

function made(space: string, name: string, attributes: Readonly<Record<string, string | number>>): Element {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function themeNow({ colorScheme }: CSSStyleDeclaration): 'dark' | 'light' {
  if (colorScheme === 'dark' || colorScheme === 'light') return colorScheme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** The address of a file that is made here: nothing is sent anywhere. */
export function addressOf(type: string, text: string): string {
  return `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
}

/** The same as a PNG's address. @throws Error where the browser cannot draw it */
export async function pngOf(part: HTMLElement): Promise<string> {
  const { width, height } = part.getBoundingClientRect();
  const image = new Image();
  const drawn = new Promise((resolve, reject) => {
    image.onload = resolve;
    image.onerror = () => reject(new Error('this browser cannot draw it'));
  });
  image.src = addressOf('image/svg+xml', svgOf(part));
  await drawn;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width) * SHARPNESS;
  canvas.height = Math.ceil(height) * SHARPNESS;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser cannot draw it');
  context.scale(SHARPNESS, SHARPNESS);
  context.drawImage(image, 0, 0);
  return canvas.toDataURL('image/png');
}
