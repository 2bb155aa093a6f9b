import { forbiddenField, required, type FieldError } from '../field-error';
import type { FieldPath } from '../field-path';
import type { ObjectMeta } from '../object';
import { claimSpecErrors, type ClaimSpec } from './claim-spec';
import { annotationErrors, labelErrors } from './metadata';

interface Ephemeral {
  volumeClaimTemplate?: { metadata?: ObjectMeta; spec?: ClaimSpec };
}

const templateFields = ['annotations', 'labels'];

/** Metadata of a template may only hold labels and annotations. */
function templateMetadataErrors(metadata: ObjectMeta = {}, path: FieldPath): FieldError[] {
  const others = Object.entries(metadata).filter(
    ([field, value]) => !templateFields.includes(field) && value !== undefined && value !== null,
  );
  return [
    ...annotationErrors(metadata.annotations, path.child('annotations')),
    ...labelErrors(metadata.labels, path.child('labels')),
    ...others.map(([field]) => forbiddenField(path.child(field), 'cannot be set')),
  ];
}

/** An `ephemeral` volume: the claim that will be made for it. */
export function validateClaimTemplate(source: Ephemeral, path: FieldPath): FieldError[] {
  const at = path.child('volumeClaimTemplate');
  const template = source.volumeClaimTemplate;
  if (!template) return [required(at)];
  return [...templateMetadataErrors(template.metadata, at.child('metadata')), ...claimSpecErrors(template.spec ?? {}, at.child('spec'))];
}
