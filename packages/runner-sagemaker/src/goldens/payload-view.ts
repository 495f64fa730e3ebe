import { payloadShape } from '../jumpstart/default-payload.ts';
import { configured, FIRST_RANKED } from '../jumpstart/inference-config.ts';
import type { FoundDocument } from '../jumpstart/jumpstart-document.ts';
import type { GoldenRow } from './golden-row.ts';

/** Our resolution of a row of scope `payload`, in the goldens' words. */
export function payloadView(found: FoundDocument, row: GoldenRow): unknown {
  const { document } = configured(found, { config: row.config ?? FIRST_RANKED });
  const payloads = Object.entries(document.default_payloads ?? {});
  const { default_accept_type: accept = null, default_content_type: contentType = null } =
    document.predictor_specs ?? {};
  const shape = payloadShape(document);
  return {
    payloads:
      payloads.length === 0
        ? null
        : Object.fromEntries(
            payloads.map(([name, payload]) => [
              name,
              {
                content_type: payload.content_type ?? null,
                accept: payload.accept ?? accept,
                prompt_key: payload.prompt_key ?? null,
                output_keys: payload.output_keys ?? null,
              },
            ]),
          ),
    fmeval:
      shape === undefined
        ? null
        : {
            payload: shape.example,
            content_template: shape.isGuess ? null : (shape.body ?? null),
            output: shape.isGuess ? null : (shape.output ?? null),
            log_probability: shape.logProbability ?? null,
          },
    content_type: contentType,
    accept_type: accept,
  };
}
