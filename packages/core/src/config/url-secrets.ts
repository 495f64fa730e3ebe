/** Parameters of a query that are keys, or sign what they stand beside. */
const SECRET_NAME = /key|token|secret|sig(nature)?$|passw|credential|auth/i;
const URL_TEXT = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>`\\]+/gi;

/** What of a URL is secret: its user and password, or the names of parameters that are keys. */
export function urlSecrets(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const parsed = new URL(url);
  const user = parsed.username === '' && parsed.password === '' ? [] : ['user'];
  return [...user, ...[...parsed.searchParams.keys()].filter((name) => SECRET_NAME.test(name))];
}

/** A URL as messages and journals show it: without user, password and keys in its query. */
export function withoutUrlSecrets(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i, '$1…@')
    .replace(/([?&;])([^=&#;]+)=([^&#;]*)/g, (whole, mark: string, name: string) =>
      SECRET_NAME.test(name) ? `${mark}${name}=…` : whole,
    );
}

/** The same of every URL in a text. */
export function maskUrls(text: string): string {
  return text.replace(URL_TEXT, withoutUrlSecrets);
}

/** The variables that a header comes from: `NAME`, or `${NAME}` within a text. */
export function headerVariables(header: string): string[] {
  if (/^\w+$/.test(header)) return [header];
  return Array.from(header.matchAll(/\$\{(\w+)\}/g), ([, name]) => name!);
}
