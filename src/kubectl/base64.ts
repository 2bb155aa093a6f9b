import { base64Error, decodeBase64 as decodeChecked } from '../kube/api';

/** The bytes of base64 text, or undefined when it is none. */
export const decodeBase64 = (text: string): Uint8Array | undefined => (base64Error(text) === undefined ? decodeChecked(text) : undefined);
