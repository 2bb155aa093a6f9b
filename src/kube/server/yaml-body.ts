import type { HttpRequest } from '../api';
import { mediaTypeOf } from './answer';

/** Turns YAML into JSON, and tells what of it stands twice. Throws an Error that says what is wrong with the text. */
export type YamlReader = (text: string) => { readonly json: string; readonly repeated: string | undefined };

/** A request whose body was YAML: as JSON by now, or with the reason why it cannot be read. */
export interface ReadRequest extends HttpRequest {
  readonly repeated?: string;
  readonly unreadable?: string;
}

// "the request is too large": the server reads at most 3 MiB of a body.
export const bodyLimit = 3 * 1024 * 1024;

export const isTooLarge = (body: string): boolean => body.length > bodyLimit / 4 && new TextEncoder().encode(body).length > bodyLimit;

/** Its body as JSON, where it came as YAML and there is a reader for that. */
export function readBody(request: HttpRequest, readYaml: YamlReader | undefined): ReadRequest {
  const { body } = request;
  if (!readYaml || !body || !mediaTypeOf(request).endsWith('yaml') || isTooLarge(body)) return request;
  try {
    const { json, repeated } = readYaml(body);
    return { ...request, body: json, repeated };
  } catch (error) {
    return { ...request, unreadable: error instanceof Error ? error.message : String(error) };
  }
}
