/** Which model to call, and with which headers. */
export interface InvocationTarget {
  readonly endpointName: string;
  readonly inferenceComponent?: string | undefined;
  readonly targetVariant?: string | undefined;
  readonly customAttributes?: string | undefined;
}

/** One call: the request's JSON text to the answer's text. Throws what the SDK throws. */
export type Invoke = (body: string, signal: AbortSignal) => Promise<string>;

/** The members that every kind of invocation shares. */
export function targetInput(target: InvocationTarget): {
  EndpointName: string;
  ContentType: string;
  Accept: string;
  InferenceComponentName?: string;
  TargetVariant?: string;
  CustomAttributes?: string;
} {
  const { endpointName, inferenceComponent, targetVariant, customAttributes } = target;
  return {
    EndpointName: endpointName,
    ContentType: 'application/json',
    Accept: 'application/json',
    ...(inferenceComponent === undefined ? {} : { InferenceComponentName: inferenceComponent }),
    ...(targetVariant === undefined ? {} : { TargetVariant: targetVariant }),
    ...(customAttributes === undefined ? {} : { CustomAttributes: customAttributes }),
  };
}
