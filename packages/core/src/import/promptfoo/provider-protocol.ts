import type { OpenaiBlock } from '../../config/schema/model-blocks.ts';
import type { VendorServer } from '../../config/vendor-servers.ts';

export type OpenaiApi = NonNullable<OpenaiBlock['api']>;
type Keys = Readonly<Record<string, unknown>>;

/** The protocol that promptfoo speaks with a vendor, by the kind that stands behind its name. */
export function protocolOfVendor(vendor: string, kind: string | undefined): OpenaiApi {
  if (vendor === 'anthropic') return 'messages';
  if (['google', 'palm', 'vertex'].includes(vendor)) return 'gemini';
  if (kind === 'responses') return 'responses';
  return kind === 'completion' ? 'completions' : 'chat';
}

/** Settings of a gateway in the same process as those of the vendor behind it. */
export function gatewayConfig(id: string, config: Keys): Keys {
  const { responseFormat: type, responseSchema: schema, ...rest } = config;
  if (!id.startsWith('adaline:') || typeof type !== 'string') return config;
  return { ...rest, response_format: { type, ...(schema === undefined ? {} : { json_schema: schema }) } };
}

/**
 * Where a vendor's models are asked, by what the config says of it: gateways and clouds whose address is one's own. Undefined
 * where the config does not say enough.
 */
export function ownServer(vendor: string, config: Keys): VendorServer | undefined {
  const text = (name: string): string | undefined => (typeof config[name] === 'string' ? config[name] : undefined);
  switch (vendor) {
    case 'vertex':
      return vertexServer(text('projectId'), text('region'));
    case 'databricks': {
      const host = text('workspaceUrl')?.replace(/\/+$/, '');
      return host === undefined ? undefined : { url: `${host}/serving-endpoints`, key: 'DATABRICKS_TOKEN' };
    }
    case 'truefoundry':
      return { url: 'https://llm-gateway.truefoundry.com', key: 'TRUEFOUNDRY_API_KEY' };
    case 'helicone': {
      const router = text('router');
      const base = text('baseUrl') ?? 'http://localhost:8080';
      return { url: `${base}/${router === undefined ? 'ai' : `router/${router}`}`, key: 'HELICONE_API_KEY' };
    }
    default:
      return undefined;
  }
}

/** A project is asked with an access token; without one, Vertex's express mode takes an API key. */
export function vertexServer(project: string | undefined, region = 'us-central1'): VendorServer {
  if (project === undefined)
    return { url: 'https://aiplatform.googleapis.com/v1/publishers/google', key: 'VERTEX_API_KEY' };
  const host = region === 'global' ? 'aiplatform.googleapis.com' : `${region}-aiplatform.googleapis.com`;
  return {
    url: `https://${host}/v1/projects/${project}/locations/${region}/publishers/google`,
    key: 'VERTEX_ACCESS_TOKEN',
  };
}
