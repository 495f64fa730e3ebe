/** A server that speaks OpenAI's protocol. */
export interface VendorServer {
  readonly url: string;
  /** Variable that holds the key. */
  readonly key?: string;
}

/** By a vendor's or a tool's name: the address that it documents for OpenAI's protocol, and the usual variable of its key. */
export const VENDOR_SERVERS = {
  openai: { url: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' },
  anthropic: { url: 'https://api.anthropic.com/v1', key: 'ANTHROPIC_API_KEY' },
  google: { url: 'https://generativelanguage.googleapis.com/v1beta/openai', key: 'GEMINI_API_KEY' },
  mistral: { url: 'https://api.mistral.ai/v1', key: 'MISTRAL_API_KEY' },
  ollama: { url: 'http://127.0.0.1:11434/v1' },
  localai: { url: 'http://127.0.0.1:8080/v1' },
  llama: { url: 'http://127.0.0.1:8080/v1' },
  docker: { url: 'http://127.0.0.1:12434/engines/v1' },
  litellm: { url: 'http://127.0.0.1:4000/v1' },
  openrouter: { url: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY' },
  groq: { url: 'https://api.groq.com/openai/v1', key: 'GROQ_API_KEY' },
  deepseek: { url: 'https://api.deepseek.com/v1', key: 'DEEPSEEK_API_KEY' },
  togetherai: { url: 'https://api.together.xyz/v1', key: 'TOGETHER_API_KEY' },
  xai: { url: 'https://api.x.ai/v1', key: 'XAI_API_KEY' },
  cerebras: { url: 'https://api.cerebras.ai/v1', key: 'CEREBRAS_API_KEY' },
  perplexity: { url: 'https://api.perplexity.ai', key: 'PERPLEXITY_API_KEY' },
  cohere: { url: 'https://api.cohere.ai/compatibility/v1', key: 'COHERE_API_KEY' },
  fireworks: { url: 'https://api.fireworks.ai/inference/v1', key: 'FIREWORKS_API_KEY' },
  hyperbolic: { url: 'https://api.hyperbolic.xyz/v1', key: 'HYPERBOLIC_API_KEY' },
  aimlapi: { url: 'https://api.aimlapi.com/v1', key: 'AIML_API_KEY' },
  nscale: { url: 'https://inference.api.nscale.com/v1', key: 'NSCALE_SERVICE_TOKEN' },
  nvidia: { url: 'https://integrate.api.nvidia.com/v1', key: 'NVIDIA_API_KEY' },
  moonshot: { url: 'https://api.moonshot.ai/v1', key: 'MOONSHOT_API_KEY' },
  ai21: { url: 'https://api.ai21.com/studio/v1', key: 'AI21_API_KEY' },
  github: { url: 'https://models.github.ai/inference', key: 'GITHUB_TOKEN' },
  huggingface: { url: 'https://router.huggingface.co/v1', key: 'HF_TOKEN' },
  dashscope: { url: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1', key: 'DASHSCOPE_API_KEY' },
  vercel: { url: 'https://ai-gateway.vercel.sh/v1', key: 'AI_GATEWAY_API_KEY' },
  cometapi: { url: 'https://api.cometapi.com/v1', key: 'COMETAPI_KEY' },
} satisfies Readonly<Record<string, VendorServer>>;

export type Vendor = keyof typeof VENDOR_SERVERS;
export const VENDORS = Object.keys(VENDOR_SERVERS) as [Vendor, ...Vendor[]];
