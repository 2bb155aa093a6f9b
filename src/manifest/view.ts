import { FieldPath, type KubeObject, type PathStep } from '../kube/api';
import type { Diagnostic, Fix, Span, TextEdit, Words } from './diagnostic';
import type { ManifestDocument } from './documents';
import { follow, Locator, type Place } from './locate';
import { gvkOf } from './schema-path';
import type { Node, Scalar } from './yaml';

/** What is in the cluster that a manifest would be applied to. All is optional: without it, less is known. */
export interface ClusterContext {
  /** How kubectl's messages name the file. */
  readonly file?: string | undefined;
  /** Where objects go that name no namespace; `default` by default. */
  readonly namespace?: string | undefined;
  /** An object of the cluster; `namespace` is empty for kinds that have none. */
  lookup?(kind: string, namespace: string, name: string): KubeObject | undefined;
  /** The names of all objects of a kind. */
  names?(kind: string, namespace: string): readonly string[];
}

/** One object of a manifest, as it is written and where. */
export class View {
  readonly locator: Locator;
  readonly gvk;
  readonly namespace: string;

  constructor(
    readonly text: string,
    readonly document: ManifestDocument,
    /** As it is written: not decoded, no defaults. */
    readonly object: KubeObject,
    /** Of the object in its document: not the root inside a List. */
    private readonly base: FieldPath,
    readonly cluster: ClusterContext,
  ) {
    this.locator = new Locator(document, text);
    this.gvk = gvkOf(object);
    const own = object.metadata?.namespace;
    this.namespace = typeof own === 'string' && own ? own : (cluster.namespace ?? 'default');
  }

  private whole(path: FieldPath | readonly PathStep[]): PathStep[] {
    return [...this.base.steps(), ...('steps' in path ? path.steps() : path)];
  }

  place(path: FieldPath | readonly PathStep[]): Place | undefined {
    return this.locator.place(this.whole(path));
  }

  span(path: FieldPath | readonly PathStep[], what: 'value' | 'key' = 'value'): Span {
    return this.locator.span(this.whole(path), what);
  }

  /** The scalar that is written at a path. */
  scalar(path: FieldPath | readonly PathStep[]): Scalar | undefined {
    const place = this.place(path);
    const node = place?.exact ? follow(place.node) : undefined;
    return node?.kind === 'scalar' ? node : undefined;
  }

  /** Exactly as it is written, quotes included. */
  written(node: Node): string {
    return this.text.slice(this.document.base + node.start, this.document.base + node.end);
  }

  replace(node: Node, text: string): TextEdit {
    const start = this.document.base + node.start;
    // a block scalar ends after its last line break
    return { span: { start, end: start + this.written(node).trimEnd().length }, text };
  }

  /** The document's text before `node` on its line. */
  indentOf(node: Node): string {
    const at = this.document.base + node.start;
    return this.text.slice(this.text.lastIndexOf('\n', at - 1) + 1, at);
  }

  advice(
    rule: string,
    span: Span,
    plain: Words,
    more: { severity?: 'warning' | 'hint'; fix?: Fix | undefined; related?: Diagnostic['related']; field?: string } = {},
  ): Diagnostic {
    const { severity = 'warning', ...rest } = more;
    return { severity, span, message: plain.en, source: 'advice', rule, plain, ...rest };
  }
}

/** A value as plain YAML, in quotes where it needs them. */
export function yamlScalar(value: string): string {
  const plain =
    /^[A-Za-z_./][\w./-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null|\.|\.nan|\.inf|\.\d.*)$/i.test(value) && value !== '---';
  return plain ? value : JSON.stringify(value);
}

export const fixOf = (en: string, zh: string, ...edits: (TextEdit | undefined)[]): Fix | undefined => {
  const made = edits.filter((edit) => edit !== undefined);
  return made.length > 0 ? { title: { en, zh }, edits: made } : undefined;
};
