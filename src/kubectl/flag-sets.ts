import type { Flag } from './flags';

export const fileFlags = (purpose: string): Flag[] => [
  { name: 'filename', short: 'f', kind: 'slice', usage: `Files, directories or - (standard input) ${purpose}` },
  { name: 'kustomize', short: 'k', kind: 'string', usage: 'Process a kustomization directory. Not together with -f or -R.' },
  { name: 'recursive', short: 'R', kind: 'bool', usage: 'Look for manifests in the subdirectories of -f too.' },
];

export const labelSelectorFlag: Flag = {
  name: 'selector',
  short: 'l',
  kind: 'string',
  usage:
    "Label query, with '=', '==', '!=', 'in', 'notin' (such as -l key1=value1,key2=value2,key3 in (value3)). Objects must meet all of it.",
};
export const fieldSelectorFlag: Flag = {
  name: 'field-selector',
  kind: 'string',
  usage: "Field query, with '=', '==' and '!=' (such as --field-selector key1=value1,key2=value2). Each type knows only a few fields.",
};
export const selectorFlags: Flag[] = [labelSelectorFlag, fieldSelectorFlag];

export const dryRunFlag: Flag = {
  name: 'dry-run',
  kind: 'string',
  value: 'none',
  optional: 'unchanged',
  usage: 'Must be "none", "server" or "client". client: only print the object that would be sent. server: send it without storing it.',
};
export const fieldManagerFlag = (value: string): Flag => ({
  name: 'field-manager',
  kind: 'string',
  value,
  usage: 'Name of the manager that owns the fields.',
});
export const validateFlag: Flag = {
  name: 'validate',
  kind: 'string',
  value: 'strict',
  optional: 'strict',
  usage: 'Must be one of: strict (or true), warn, ignore (or false). What the server does about unknown and duplicate fields.',
};
export const saveConfigFlag: Flag = {
  name: 'save-config',
  kind: 'bool',
  usage: "Save the object's configuration in its annotation, for a later kubectl apply.",
};
export const containerFlag = (value = ''): Flag => ({
  name: 'container',
  short: 'c',
  kind: 'string',
  value,
  usage: 'Container name. If omitted, the kubectl.kubernetes.io/default-container annotation decides, else the first container.',
});
export const detachKeysFlag: Flag = {
  name: 'detach-keys',
  kind: 'string',
  value: 'ctrl-p,ctrl-q',
  usage: 'Keys that end the session and leave the container running. Not heard in this sandbox.',
};
export const podRunningTimeoutFlag: Flag = {
  name: 'pod-running-timeout',
  kind: 'duration',
  value: '1m0s',
  usage: 'How long to wait until a pod runs (like 5s, 2m, or 3h).',
};

const text = (name: string, usage: string, value = ''): Flag => ({ name, kind: 'string', value, usage });

/** The flags that every command takes. */
export const globalFlags: readonly Flag[] = [
  text('as', 'User to act as.'),
  { name: 'as-group', kind: 'array', usage: 'Group to act as; can be repeated.' },
  text('as-uid', 'UID to act as.'),
  { name: 'as-user-extra', kind: 'array', usage: 'Extra of the user to act as, key=value; can be repeated.' },
  text('cache-dir', 'Directory of the caches', '/root/.kube/cache'),
  text('certificate-authority', "Path to the certificate authority's certificate"),
  text('client-certificate', 'Path to a client certificate for TLS'),
  text('client-key', 'Path to a client key for TLS'),
  text('cluster', 'Name of the kubeconfig cluster to use'),
  text('context', 'Name of the kubeconfig context to use'),
  { name: 'disable-compression', kind: 'bool', usage: 'If true, answers of the server are not compressed' },
  {
    name: 'insecure-skip-tls-verify',
    kind: 'bool',
    usage: "If true, the server's certificate is not checked. This makes HTTPS connections insecure",
  },
  text('kubeconfig', 'Path to the kubeconfig file to use.'),
  text('kuberc', 'Path to the kuberc file to use for preferences.'),
  { name: 'log-flush-frequency', kind: 'duration', value: '5s', usage: 'Most time between flushes of the log' },
  { name: 'match-server-version', kind: 'bool', usage: 'Require that server and client have the same version' },
  { name: 'namespace', short: 'n', kind: 'string', usage: 'Namespace of this request' },
  text('password', 'Password for basic authentication'),
  text('profile', 'Profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex)', 'none'),
  text('profile-output', 'File to write the profile to', 'profile.pprof'),
  text('request-timeout', 'How long to wait for a single request, with a unit (e.g. 1s, 2m, 3h). Zero means no limit.', '0'),
  { name: 'server', short: 's', kind: 'string', usage: 'Address and port of the API server' },
  text('tls-server-name', "Name to check the server's certificate against"),
  text('token', 'Bearer token for the API server'),
  text('user', 'Name of the kubeconfig user to use'),
  text('username', 'Name for basic authentication'),
  { name: 'v', short: 'v', kind: 'int', value: '0', usage: 'Verbosity of the log' },
  text('vmodule', 'pattern=N settings, separated by commas, for the log of single files'),
  { name: 'warnings-as-errors', kind: 'bool', usage: "Treat the server's warnings as errors: exit with a code that is not zero" },
  { name: 'help', short: 'h', kind: 'bool', hidden: true },
];
