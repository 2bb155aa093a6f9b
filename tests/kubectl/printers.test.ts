import { expect, test } from 'vitest';
import { goTemplate } from '../../src/kubectl/printers/go-template';
import { JsonPath, relaxed } from '../../src/kubectl/printers/jsonpath';
import { TabWriter } from '../../src/kubectl/tabwriter';

const pods = {
  kind: 'List',
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      spec: {
        containers: [
          { name: 'one', image: 'i1' },
          { name: 'two', image: 'i2' },
        ],
      },
    },
    { metadata: { name: 'b' }, spec: { containers: [{ name: 'three', image: 'i3' }], restarts: 5 } },
  ],
};

test.each([
  ['{.items[*].metadata.name}', 'a b'],
  ['{range .items[*]}{.metadata.name}{"\\n"}{end}', 'a\nb\n'],
  ['{range .items[*]}{range .spec.containers[*]}{.name},{end};{end}', 'one,two,;three,;'],
  ['{.items[0].spec.containers[-1].name}', 'two'],
  ['{.items[0:2].metadata.name}', 'a b'],
  ['{.items[?(@.metadata.name=="b")].spec.containers[0].image}', 'i3'],
  ['{.items[?(@.spec.restarts>4)].metadata.name}', 'b'],
  ['{.items[?(@.metadata.labels)].metadata.name}', 'a'],
  ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'x'],
  ["{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", 'x'],
  ['{..image}', 'i1 i2 i3'],
  ["{.items[0].metadata['name','labels']}", 'a {"app.kubernetes.io/name":"x"}'],
  ['{.items[1].spec.containers}', '[{"image":"i3","name":"three"}]'],
  ['name: {.items[0].metadata.name}, none: {.nope}', 'name: a, none: '],
  ['{.kind} {"x"} {1} {true}', 'List x 1 true'],
  ['plain', 'plain'],
])('jsonpath %s prints %j', (template, text) => {
  expect(new JsonPath(template).text(pods)).toBe(text);
});

test.each([
  ['{.a', 'unclosed action'],
  ['{.items[5]}', 'array index out of bounds: index 5, length 2'],
  ['{nope}', 'unrecognized identifier nope'],
])('jsonpath %s fails: %s', (template, message) => {
  expect(() => new JsonPath(template).text(pods)).toThrow(message);
});

test('relaxed expressions get their braces and dot', () => {
  expect(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'].map(relaxed)).toEqual(
    Array(4).fill('{.metadata.name}'),
  );
});

test.each([
  ['{{.kind}}', 'List'],
  ['{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}', 'a\nb\n'],
  ['{{range $i, $p := .items}}{{$i}}={{$p.metadata.name}} {{end}}', '0=a 1=b '],
  ['{{(index .items 0).metadata.name}}', 'a'],
  ['{{if eq .kind "List"}}yes{{else}}no{{end}}', 'yes'],
  ['{{if .nope}}yes{{else if .kind}}kind{{end}}', 'kind'],
  ['{{len .items}} {{.nope}}', '2 <no value>'],
  ['{{with .items}}{{len .}}{{end}}', '2'],
  ['{{range .nope}}x{{else}}empty{{end}}', 'empty'],
  ['{{"aGk=" | base64decode}} {{printf "%s-%d" .kind 3}}', 'hi List-3'],
  ['a {{- /* left out */ -}} b', 'ab'],
  ['{{range .items}}{{range .spec.containers}}{{.name}} {{end}}{{end}}', 'one two three '],
  ['{{not .kind}} {{and .kind 1}} {{or .nope "else"}}', 'false 1 else'],
])('go-template %s prints %j', (template, text) => {
  expect(goTemplate(template, true)(pods)).toBe(text);
});

test('columns align over the lines that have the cell', () => {
  expect(new TabWriter(0, 2).format('Name:\tx\nLong name:\ty\nalone\nA:\tb\n')).toBe('Name:       x\nLong name:  y\nalone\nA:  b\n');
});
