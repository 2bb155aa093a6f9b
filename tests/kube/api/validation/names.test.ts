import { describe, expect, test } from 'vitest';
import {
  annotationKeyErrors,
  asPrefix,
  byteLength,
  configKeyErrors,
  dnsLabelErrors,
  dnsSubdomainErrors,
  envNameErrors,
  labelValueErrors,
  pathSegmentErrors,
  percentErrors,
  portNameErrors,
  qualifiedNameErrors,
  type NameRule,
} from '../../../../src/kube/api/validation/names';

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const part =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const value =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const key =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const cases: readonly (readonly [name: string, rule: NameRule, text: string, wrong: readonly string[]])[] = [
  ['label', dnsLabelErrors, 'web-1', []],
  ['label', dnsLabelErrors, '', [label]],
  ['label', dnsLabelErrors, 'Web', [label]],
  ['label', dnsLabelErrors, 'web.local', ['must not contain dots']],
  ['label', dnsLabelErrors, 'web\n', [label]],
  ['label', dnsLabelErrors, 'a'.repeat(63), []],
  ['label', dnsLabelErrors, 'a'.repeat(64), ['must be no more than 63 characters']],
  ['subdomain', dnsSubdomainErrors, 'a.b-c.d', []],
  ['subdomain', dnsSubdomainErrors, 'a..b', [subdomain]],
  ['subdomain', dnsSubdomainErrors, 'db_login', [subdomain]],
  ['subdomain', dnsSubdomainErrors, 'a'.repeat(254), ['must be no more than 253 characters']],
  ['generateName', asPrefix(dnsSubdomainErrors), 'web-', []],
  ['generateName', asPrefix(dnsSubdomainErrors), 'web_', [subdomain]],
  ['qualified name', qualifiedNameErrors, 'app', []],
  ['qualified name', qualifiedNameErrors, 'example.com/My_Name', []],
  ['qualified name', qualifiedNameErrors, '', ['name part must be non-empty', part]],
  ['qualified name', qualifiedNameErrors, '/a', ['prefix part must be non-empty']],
  ['qualified name', qualifiedNameErrors, 'Example/a', [`prefix part ${subdomain}`]],
  ['qualified name', qualifiedNameErrors, 'a'.repeat(64), ['name part must be no more than 63 bytes']],
  ['annotation key', annotationKeyErrors, 'Example.COM/a', []],
  ['label value', labelValueErrors, '', []],
  ['label value', labelValueErrors, 'my app', [value]],
  ['label value', labelValueErrors, 'a'.repeat(64), ['must be no more than 63 bytes']],
  ['config key', configKeyErrors, 'username.txt', []],
  ['config key', configKeyErrors, '..data', ["must not start with '..'"]],
  ['config key', configKeyErrors, '.', ["must not be '.'"]],
  ['config key', configKeyErrors, '..', ["must not be '..'"]],
  ['config key', configKeyErrors, 'a/b', [key]],
  ['variable', envNameErrors, 'my name!', []],
  ['variable', envNameErrors, 'A=B', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
  ['variable', envNameErrors, '', ['environment variable name must be non-empty']],
  ['port', portNameErrors, 'http-8080', []],
  ['port', portNameErrors, '80', ['must contain at least one letter (a-z)']],
  ['port', portNameErrors, '-a--b', ['must not contain consecutive hyphens', 'must not begin or end with a hyphen']],
  ['percent', percentErrors, '25%', []],
  ['path segment', pathSegmentErrors, '..', ["may not be '..'"]],
  ['path segment', pathSegmentErrors, 'a/b%', ["may not contain '/'", "may not contain '%'"]],
];

describe('names as apimachinery takes them', () => {
  test.each(cases)('%s %#', (_name, rule, text, wrong) => {
    expect(rule(text)).toEqual(wrong);
  });

  test('a length is counted in bytes', () => {
    for (const text of ['', 'abc', 'é', '日本', '😀', '\ud800']) expect(byteLength(text)).toBe(Buffer.byteLength(text));
  });
});
