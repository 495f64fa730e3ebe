/** Hosts that a variable's key is for: to these a config may send it without being asked. */
const KEY_HOSTS: Readonly<Record<string, readonly string[]>> = {
  OPENAI_API_KEY: ['api.openai.com'],
  ANTHROPIC_API_KEY: ['api.anthropic.com'],
  MISTRAL_API_KEY: ['api.mistral.ai'],
  GROQ_API_KEY: ['api.groq.com'],
  DEEPSEEK_API_KEY: ['api.deepseek.com'],
  TOGETHER_API_KEY: ['api.together.xyz', 'api.together.ai'],
  OPENROUTER_API_KEY: ['openrouter.ai'],
  FIREWORKS_API_KEY: ['api.fireworks.ai'],
  XAI_API_KEY: ['api.x.ai'],
  GEMINI_API_KEY: ['generativelanguage.googleapis.com'],
  CEREBRAS_API_KEY: ['api.cerebras.ai'],
  PERPLEXITY_API_KEY: ['api.perplexity.ai'],
  COHERE_API_KEY: ['api.cohere.ai', 'api.cohere.com'],
  HYPERBOLIC_API_KEY: ['api.hyperbolic.xyz'],
  AIML_API_KEY: ['api.aimlapi.com'],
  NVIDIA_API_KEY: ['integrate.api.nvidia.com'],
  MOONSHOT_API_KEY: ['api.moonshot.ai'],
  AI21_API_KEY: ['api.ai21.com'],
  DASHSCOPE_API_KEY: ['dashscope-intl.aliyuncs.com', 'dashscope.aliyuncs.com'],
  AI_GATEWAY_API_KEY: ['ai-gateway.vercel.sh'],
  NSCALE_SERVICE_TOKEN: ['inference.api.nscale.com'],
  COMETAPI_KEY: ['api.cometapi.com'],
  VERTEX_API_KEY: ['aiplatform.googleapis.com'],
  VOYAGE_API_KEY: ['api.voyageai.com'],
  REPLICATE_API_TOKEN: ['api.replicate.com'],
  GITHUB_TOKEN: ['models.github.ai'],
  HF_TOKEN: ['router.huggingface.co', 'api-inference.huggingface.co'],
};

/** Variables that are for configs: nobody else's begin so. */
const FREE_VARIABLES = /^ASSAY_HTTP_/;

/** Whether a variable may go to a host as a key without being asked. Over http alone it never leaves this machine. */
export function isKeyOf(variable: string, { hostname, protocol }: URL): boolean {
  return FREE_VARIABLES.test(variable) || (protocol === 'https:' && (KEY_HOSTS[variable] ?? []).includes(hostname));
}
