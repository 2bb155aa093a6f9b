import type { Completion, Diagnostic, Hover, Span } from '../../manifest';
import type { Language } from '../../sandbox/protocol';
import { MarkerSeverity, Range, editor, languages } from './monaco';
import type { Findings, ManifestAccess } from './problems';

/** What the providers ask of the pane; all of the model they are called with. */
export interface Source {
  access(): ManifestAccess | undefined;
  language(): Language;
  required(): string;
  findings(model: editor.ITextModel): Findings | undefined;
}

export const rangeOf = (model: editor.ITextModel, span: Span): Range =>
  Range.fromPositions(model.getPositionAt(span.start), model.getPositionAt(span.end));

const severities: Readonly<Record<Diagnostic['severity'], MarkerSeverity>> = {
  error: MarkerSeverity.Error,
  warning: MarkerSeverity.Warning,
  hint: MarkerSeverity.Info,
};

const owner = 'pausebox';

/** What is underlined, with the words of whoever refuses it. */
export function setMarkers(model: editor.ITextModel, findings: Findings | undefined, language: Language): void {
  const current = findings && findings.text === model.getValue() ? findings.diagnostics : [];
  editor.setModelMarkers(
    model,
    owner,
    current.map((one) => ({
      ...rangeOf(model, one.span),
      severity: severities[one.severity],
      message: one.source === 'advice' ? (one.plain?.[language] ?? one.message) : one.message,
      source: one.source === 'kubectl' ? 'kubectl' : undefined,
    })),
  );
}

const plainMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&').replaceAll('\n', '\n\n');

function hoverContents(hover: Hover, required: string): { readonly value: string }[] {
  const heading = `\`${hover.path}\` ${plainMarkdown(hover.type)}${hover.required ? `, **${plainMarkdown(required)}**` : ''}`;
  return hover.description === '' ? [{ value: heading }] : [{ value: heading }, { value: plainMarkdown(hover.description) }];
}

const kinds: Readonly<Record<Completion['kind'], languages.CompletionItemKind>> = {
  field: languages.CompletionItemKind.Field,
  value: languages.CompletionItemKind.Value,
  snippet: languages.CompletionItemKind.Snippet,
};

/** Hover, completion and quick fixes of manifests. */
export function registerProviders(source: Source): { dispose(): void } {
  const registered = [
    languages.registerHoverProvider('yaml', {
      async provideHover(model, position, token) {
        const hover = await source.access()?.hover(model.getValue(), model.getOffsetAt(position));
        if (!hover || token.isCancellationRequested) return undefined;
        return { range: rangeOf(model, hover.span), contents: hoverContents(hover, source.required()) };
      },
    }),
    languages.registerCompletionItemProvider('yaml', {
      triggerCharacters: [' '],
      async provideCompletionItems(model, position, context, token) {
        const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1);
        // a space asks only where a value or an item begins, not where a line is being indented
        if (context.triggerKind === languages.CompletionTriggerKind.TriggerCharacter && !/(?:\S:|-) $/.test(before)) return undefined;
        const list = await source.access()?.complete(model.getValue(), model.getOffsetAt(position));
        if (!list || token.isCancellationRequested) return undefined;
        return {
          suggestions: list.map((one, at) => ({
            label: one.label,
            kind: kinds[one.kind],
            insertText: one.insert,
            range: rangeOf(model, one.span),
            sortText: String(at).padStart(5, '0'),
            detail: one.detail,
            documentation: one.documentation,
          })),
        };
      },
    }),
    languages.registerCodeActionProvider(
      'yaml',
      {
        provideCodeActions(model, range) {
          const findings = source.findings(model);
          const actions = (findings?.diagnostics ?? []).flatMap(({ span, fix }): languages.CodeAction[] => {
            if (!fix || !Range.areIntersectingOrTouching(rangeOf(model, span), range)) return [];
            const edits = fix.edits.map((edit) => ({
              resource: model.uri,
              versionId: model.getVersionId(),
              textEdit: { range: rangeOf(model, edit.span), text: edit.text },
            }));
            return [{ title: fix.title[source.language()], kind: 'quickfix', isPreferred: true, edit: { edits } }];
          });
          return { actions, dispose: () => undefined };
        },
      },
      { providedCodeActionKinds: ['quickfix'] },
    ),
  ];
  return { dispose: () => registered.forEach((one) => one.dispose()) };
}
