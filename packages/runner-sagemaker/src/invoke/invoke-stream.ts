import {
  InvokeEndpointWithResponseStreamCommand,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { type InvocationTarget, type Invoke, targetInput } from './invocation-target.ts';

/** InvokeEndpointWithResponseStream, gathered: a stream that breaks off is an error, never half an answer. */
export function invokeStream(client: SageMakerRuntimeClient, target: InvocationTarget): Invoke {
  return async (body, signal) => {
    const command = new InvokeEndpointWithResponseStreamCommand({ ...targetInput(target), Body: Buffer.from(body) });
    const { Body } = await client.send(command, { abortSignal: signal });
    const parts: Uint8Array[] = [];
    for await (const event of Body ?? []) {
      signal.throwIfAborted();
      if (event.ModelStreamError !== undefined) throw event.ModelStreamError;
      if (event.InternalStreamFailure !== undefined) throw event.InternalStreamFailure;
      // Parts may split a character: decoded only when whole.
      if (event.PayloadPart?.Bytes !== undefined) parts.push(event.PayloadPart.Bytes);
    }
    return Buffer.concat(parts).toString('utf8');
  };
}
