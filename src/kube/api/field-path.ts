/** A step of a path: a field's name, an index of a list, or a map's key. */
export type PathStep = string | number | { readonly key: string };

/**
 * Where in an object a value stands, as apimachinery's field.Path. Immutable; a child costs one small object,
 * and the text is made only when it is asked for.
 */
export class FieldPath {
  private constructor(
    private readonly parent: FieldPath | undefined,
    private readonly step: PathStep | undefined,
  ) {}

  /** The object itself; its text is empty. */
  static readonly root = new FieldPath(undefined, undefined);

  /** `FieldPath.of('spec', 'containers', 0)`. */
  static of(...steps: readonly PathStep[]): FieldPath {
    return steps.reduce<FieldPath>((path, step) => new FieldPath(path, step), FieldPath.root);
  }

  child(name: string): FieldPath {
    return new FieldPath(this, name);
  }

  index(i: number): FieldPath {
    return new FieldPath(this, i);
  }

  key(key: string): FieldPath {
    return new FieldPath(this, { key });
  }

  /** From the object to here. */
  steps(): PathStep[] {
    const steps: PathStep[] = [];
    this.collect(steps);
    return steps;
  }

  private collect(steps: PathStep[]): void {
    this.parent?.collect(steps);
    if (this.step !== undefined) steps.push(this.step);
  }

  /** `spec.containers[0].env`, `data[key]`, `<nil>` for the object itself. */
  toString(): string {
    let text = '';
    for (const step of this.steps()) {
      if (typeof step === 'string') text += text ? `.${step}` : step;
      else text += `[${typeof step === 'number' ? step : step.key}]`;
    }
    return text || '<nil>';
  }
}
