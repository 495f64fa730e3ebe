import { VENDOR_SERVERS, type VendorServer } from '../../config/vendor-servers.ts';

/** promptfoo's other names of vendors. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ palm: 'google', hf: 'huggingface', alibaba: 'dashscope', alicloud: 'dashscope', aliyun: 'dashscope' },
  ...{ azureopenai: 'azure' },
};

/**
 * The server of a vendor by promptfoo's name of it. Azure's lies at the address of one's own resource.
 * @param host `apiHost` of the provider's config
 */
export function serverOf(vendor: string, host: string | undefined): VendorServer | undefined {
  const name = ALIASES[vendor] ?? vendor;
  const servers: Readonly<Record<string, VendorServer>> = VENDOR_SERVERS;
  if (name !== 'azure') return Object.hasOwn(servers, name) ? servers[name] : undefined;
  return host === undefined ? undefined : { url: `https://${host}/openai/v1`, key: 'AZURE_API_KEY' };
}
