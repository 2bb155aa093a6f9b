/**
 * The rules for names, keys and small values that all kinds share, as apimachinery's util/validation has them.
 * Each takes the text and answers what is wrong with it, in apimachinery's words; an empty list is a good one.
 */
export type NameRule = (value: string) => string[];

/** Go's len of a string: its bytes in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code >= 0x10000) i++;
  }
  return bytes;
}

export const tooLongText = (max: number, unit: 'characters' | 'bytes' = 'characters'): string => `must be no more than ${max} ${unit}`;
export const emptyText = 'must be non-empty';
export const rangeText = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

/** `MSG (e.g. 'a',  or 'b', regex used for validation is 'RE')`, the doubled blank included. */
export function patternText(message: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (${shown && 'e.g. '}${shown}regex used for validation is '${pattern}')`;
}

interface Form {
  readonly message: string;
  readonly pattern: string;
  readonly examples: readonly string[];
}

const whole = (form: Form): RegExp => new RegExp(`^(?:${form.pattern})$`);
const formText = (form: Form): string => patternText(form.message, form.pattern, ...form.examples);
const formRule = (form: Form): NameRule => {
  const regexp = whole(form);
  const text = formText(form);
  return (value) => (regexp.test(value) ? [] : [text]);
};

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const underscorePattern = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const qualifiedPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const dns1123Label: Form = {
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  pattern: labelPattern,
  examples: ['my-name', '123-abc'],
};
const dns1123Subdomain: Form = {
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  pattern: `${labelPattern}(\\.${labelPattern})*`,
  examples: ['example.com'],
};
const underscoredSubdomain: Form = {
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  pattern: `${underscorePattern}(\\.${underscorePattern})*`,
  examples: ['example.com'],
};
const wildcardSubdomain: Form = {
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  pattern: `\\*\\.${dns1123Subdomain.pattern}`,
  examples: ['*.example.com'],
};
const dns1035Label: Form = {
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  examples: ['my-name', 'abc-123'],
};
const qualifiedName: Form = {
  message: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  pattern: qualifiedPattern,
  examples: ['MyName', 'my.name', '123-abc'],
};
const labelValue: Form = {
  message:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  pattern: '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?',
  examples: ['MyValue', 'my_value', '12345'],
};
const configKey: Form = {
  message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  pattern: '[-._a-zA-Z0-9]+',
  examples: ['key.name', 'KEY_NAME', 'key-name'],
};
const httpHeader: Form = {
  message: "a valid HTTP header must consist of alphanumeric characters or '-'",
  pattern: '[-A-Za-z0-9]+',
  examples: ['X-Header-Name'],
};
const percent: Form = {
  message: "a valid percent string must be a numeric string followed by an ending '%'",
  pattern: '[0-9]+%',
  examples: ['1%', '93%'],
};
const cIdentifier: Form = {
  message: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  examples: ['my_name', 'MY_NAME', 'MyName'],
};

const limited =
  (max: number, rule: NameRule, unit: 'characters' | 'bytes' = 'characters'): NameRule =>
  (value) => [...(byteLength(value) > max ? [tooLongText(max, unit)] : []), ...rule(value)];

const subdomainRegexp = whole(dns1123Subdomain);
const labelRegexp = whole(dns1123Label);

/** Names of Namespaces, containers, volumes; hostnames. */
export const dnsLabelErrors: NameRule = limited(63, (value) =>
  labelRegexp.test(value) ? [] : [subdomainRegexp.test(value) ? 'must not contain dots' : formText(dns1123Label)],
);
/** Names of most objects. */
export const dnsSubdomainErrors: NameRule = limited(253, formRule(dns1123Subdomain));
export const underscoredSubdomainErrors: NameRule = limited(253, formRule(underscoredSubdomain));
export const wildcardSubdomainErrors: NameRule = limited(253, formRule(wildcardSubdomain));
/** Names of Services. */
export const dns1035LabelErrors: NameRule = limited(63, formRule(dns1035Label));
export const httpHeaderNameErrors: NameRule = formRule(httpHeader);
export const percentErrors: NameRule = formRule(percent);
export const cIdentifierErrors: NameRule = formRule(cIdentifier);
export const labelValueErrors: NameRule = limited(63, formRule(labelValue), 'bytes');

const prefixErrors = limited(253, formRule(dns1123Subdomain), 'bytes');
const namePart = formRule(qualifiedName);
const labelKey: Form = { ...qualifiedName, message: `a valid label key ${qualifiedName.message}` };

/** `name` or `prefix/name`: label keys, resource names, taints, topology keys, finalizers. */
export function qualifiedNameErrors(value: string): string[] {
  const parts = value.split('/');
  if (parts.length > 2) return [`${formText(labelKey)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts[parts.length - 1]!;
  const errors: string[] = [];
  if (parts.length === 2) for (const text of parts[0] ? prefixErrors(parts[0]) : [emptyText]) errors.push(`prefix part ${text}`);
  if (!name) errors.push(`name part ${emptyText}`);
  else if (byteLength(name) > 63) errors.push(`name part ${tooLongText(63, 'bytes')}`);
  for (const text of namePart(name)) errors.push(`name part ${text}`);
  return errors;
}

export const labelKeyErrors = qualifiedNameErrors;
/** Unlike label keys, an annotation's case does not count. */
export const annotationKeyErrors: NameRule = (value) => qualifiedNameErrors(value.toLowerCase());

/** What a path element may not be: `.`, `..`, or start with `..`. */
function parentDirectoryErrors(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Keys of a Secret's and a ConfigMap's data. */
export const configKeyErrors: NameRule = limited(253, (value) => [...formRule(configKey)(value), ...parentDirectoryErrors(value)]);

/** Names of environment variables: "printable ASCII characters other than '='" since 1.34. */
export function envNameErrors(value: string): string[] {
  const errors = value ? [] : [`environment variable name ${emptyText}`];
  if (!/^[\x20-\x3c\x3e-\x7e]*$/.test(value))
    errors.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  return errors;
}

/** Names of ports (IANA service names, RFC 6335). */
export function portNameErrors(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > 15) errors.push(tooLongText(15));
  if (!/^[-a-z0-9]+$/.test(value)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)');
  if (value.includes('--')) errors.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export const portNumberErrors = (port: number): string[] => (port >= 1 && port <= 65535 ? [] : [rangeText(1, 65535)]);
/** User and group ids: "between 0 and 2147483647". */
export const idErrors = (id: number): string[] => (id >= 0 && id <= 2147483647 ? [] : [rangeText(0, 2147483647)]);

const mask = (value: string): string => (value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value);

/** A rule for names as a rule for generateName: a prefix may end in `-`. */
export const asPrefix =
  (rule: NameRule): NameRule =>
  (value) =>
    rule(mask(value));

/** Names of kinds that only have to fit in a URL's path. */
export function pathSegmentErrors(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((illegal) => value.includes(illegal)).map((illegal) => `may not contain '${illegal}'`);
}
