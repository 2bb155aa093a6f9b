import { isFields } from '../value';

/** KYAML: flow style with trailing commas, every string in double quotes. */
export function kyaml(value: unknown): string {
  return `---\n${node(value, '')}\n`;
}

function node(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((item) => isFields(item) && Object.keys(item).length > 0)) {
      return `[${value.map((item) => node(item, indent)).join(', ')}]`;
    }
    return `[\n${value.map((item) => `${inner}${node(item, inner)},\n`).join('')}${indent}]`;
  }
  if (isFields(value)) {
    const keys = Object.keys(value);
    if (keys.length === 0) return '{}';
    return `{\n${keys.map((key) => `${inner}${keyText(key)}: ${node(value[key], inner)},\n`).join('')}${indent}}`;
  }
  return JSON.stringify(value ?? null);
}

const ambiguous = /^(y|n|yes|no|on|off|true|false|null|~|.*:.*|[-+.\d].*)$/i;

function keyText(key: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(key) && !ambiguous.test(key) ? key : JSON.stringify(key);
}
