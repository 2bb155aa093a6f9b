import { plus } from './functions';
import { JqError, compare, dump, kindOf } from './values';

type Json = unknown;

/** `a OPERATOR b`, for the operators that work on values alone. */
export function arithmetic(operator: string, a: Json, b: Json): Json {
  const refuse = (what: string): never => {
    throw new JqError(`${kindOf(a)} (${dump(a)}) and ${kindOf(b)} (${dump(b)}) cannot be ${what}`);
  };
  const bothNumbers = typeof a === 'number' && typeof b === 'number';
  switch (operator) {
    case '+':
      return plus(a, b);
    case '-':
      if (Array.isArray(a) && Array.isArray(b)) return (a as Json[]).filter((own) => !b.some((other) => compare(own, other) === 0));
      return bothNumbers ? a - b : refuse('subtracted');
    case '*':
      if (kindOf(a) === 'object' && kindOf(b) === 'object') return merge(a as Record<string, Json>, b as Record<string, Json>);
      if (typeof a === 'string' && typeof b === 'number') return b <= 0 ? null : a.repeat(Math.max(1, Math.ceil(b)));
      if (typeof b === 'string' && typeof a === 'number') return a <= 0 ? null : b.repeat(Math.max(1, Math.ceil(a)));
      return bothNumbers ? a * b : refuse('multiplied');
    case '/':
      if (typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b);
      return bothNumbers ? (b === 0 ? refuse('divided because the divisor is zero') : a / b) : refuse('divided');
    case '%':
      if (!bothNumbers) return refuse('divided');
      return Math.trunc(b) === 0 ? refuse('divided because the divisor is zero') : Math.trunc(a) % Math.abs(Math.trunc(b)) || 0;
    default: {
      const order = compare(a, b);
      return { '==': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
    }
  }
}

function merge(a: Record<string, Json>, b: Record<string, Json>): Record<string, Json> {
  const out = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = out[key];
    out[key] =
      kindOf(old) === 'object' && kindOf(value) === 'object' ? merge(old as Record<string, Json>, value as Record<string, Json>) : value;
  }
  return out;
}
