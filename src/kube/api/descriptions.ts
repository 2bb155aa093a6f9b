/** What fields are for, in the words of the API's own documentation. */
export interface Descriptions {
  /** Of a struct (`v1.Container`), or of one of its fields; empty where nothing is said. */
  about(struct: string, field?: string): string;
  /** The values that a field of strings may have, as documented; undefined where any may stand. */
  valuesOf(struct: string, field: string): readonly string[] | undefined;
  /** The name OpenAPI has for a struct: `io.k8s.api.core.v1.Container`. */
  definition(struct: string): string;
}

/** Loads them: they are large, and not needed to read an object. */
export async function loadDescriptions(): Promise<Descriptions> {
  const { descriptions, enums, packages } = await import('./generated/descriptions');
  return {
    about: (struct, field = '') => descriptions[struct]?.[field] ?? '',
    valuesOf: (struct, field) => enums[struct]?.[field],
    definition: (struct) => `${packages[struct] ?? 'io.k8s.api'}.${struct.slice(struct.lastIndexOf('.') + 1)}`,
  };
}
