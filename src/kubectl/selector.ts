/** One requirement of a label selector: `a=b`, `a in (b,c)`, `!a`. */
type Test = (labels: Readonly<Record<string, string>>) => boolean;

const requirement =
  /^\s*(?:(!)\s*([^\s=!,<>()]+)|([^\s=!,<>()]+)\s*(?:(==?|!=)\s*([^\s,]*)|(in|notin)\s*\(([^)]*)\)|([<>])\s*(\d+))?)\s*(?:,|$)/;

/** Whether labels meet a selector (labels.Parse), or undefined when the selector cannot be read. */
export function selectorOf(text: string): Test | undefined {
  const tests: Test[] = [];
  let rest = text;
  while (rest.trim() !== '') {
    const match = requirement.exec(rest);
    if (!match) return undefined;
    rest = rest.slice(match[0].length);
    tests.push(testOf(match));
  }
  return (labels) => tests.every((test) => test(labels));
}

function testOf([, not, absent = '', key = '', sign, value = '', set, list = '', order, limit = '']: RegExpExecArray): Test {
  if (not) return (labels) => !(absent in labels);
  if (sign) return (labels) => (labels[key] === value) === (sign !== '!=');
  if (set) {
    const values = list.split(',').map((item) => item.trim());
    return (labels) => (key in labels && values.includes(labels[key]!)) === (set === 'in');
  }
  if (order)
    return (labels) => key in labels && (order === '>' ? Number(labels[key]) > Number(limit) : Number(labels[key]) < Number(limit));
  return (labels) => key in labels;
}
