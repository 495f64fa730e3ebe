const SECRET_NAME = /key|token|secret|passw|credential/i;
/** Shorter values are words such as `true`, which would be struck out everywhere. */
const SHORTEST = 8;

/**
 * Strikes out secrets that this process knows: values of environment variables whose names say so, and `further` ones.
 * @returns a function over texts
 */
export function redactSecrets(env: NodeJS.ProcessEnv, further: readonly string[] = []): (text: string) => string {
  const named = Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) && value ? [value] : []));
  const secrets = [...new Set([...named, ...further])]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
