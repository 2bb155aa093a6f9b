import type { HttpRequest } from '../../api';
import type { ServerContext } from '../context';

/** Who a request is from (authentication's UserInfo). */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

const everyone = 'system:authenticated';
/** May do anything, whatever roles say. */
export const masters = 'system:masters';
const accountName = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Hash of the administrator's client certificate, of which the page has no use. */
const credential = 'X509SHA256=4c0d7f1e5a92b3868d41c6fa0be27539f4a8d16c7092e35bd8a41f6c93e5b207';

/** The cluster's administrator, or the one whom the administrator asks to be (`--as`, Impersonate-User). */
export function userOf(context: ServerContext, request: HttpRequest): User {
  const name = request.headers['impersonate-user'];
  if (!name)
    return { name: context.userName, groups: [masters, everyone], extra: { 'authentication.kubernetes.io/credential-id': [credential] } };
  const asked = (request.headers['impersonate-group'] ?? '').split(',').map((group) => group.trim());
  const groups = asked.filter(Boolean);
  const account = accountName.exec(name);
  if (groups.length === 0 && account) groups.push('system:serviceaccounts', `system:serviceaccounts:${account[1]}`);
  return { name, groups: name === 'system:anonymous' ? [...groups, 'system:unauthenticated'] : [...new Set([...groups, everyone])] };
}
