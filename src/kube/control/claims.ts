import { ApiError, isOtherObject, selectorMatches, type ApiClient, type KubeObject, type LabelSelector, type ResourceRef } from '../api';
import type { Informer } from './informer';
import { controllerOf, controllerRef } from './workloads';

const isGone = (error: unknown): boolean => (error instanceof ApiError && error.code === 404) || isOtherObject(error);

export interface Claim<T extends KubeObject> {
  readonly client: ApiClient;
  readonly owner: KubeObject;
  readonly ownerRef: ResourceRef;
  readonly selector: LabelSelector | undefined;
  /** Where the claimed objects are. */
  readonly informer: Informer<T>;
  readonly candidates: readonly T[];
}

/**
 * The objects an owner has by right: its own that match its selector. Matching ones that have no controller are adopted,
 * its own that no longer match are let go (ControllerRefManager).
 */
export async function claim<T extends KubeObject>({ client, owner, ownerRef, selector, informer, candidates }: Claim<T>): Promise<T[]> {
  const { uid, name = '', namespace, deletionTimestamp } = owner.metadata;
  const claimed: T[] = [];
  let mayAdopt: boolean | undefined = deletionTimestamp ? false : undefined;

  const write = async (object: T, ownerReferences: unknown): Promise<T | undefined> => {
    const patch = { metadata: { uid: object.metadata.uid, ownerReferences } };
    try {
      const options = { namespace: object.metadata.namespace };
      return informer.note(await client.patch<T>(informer.ref, object.metadata.name!, 'merge', patch, options));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  };
  const ownerLives = async (): Promise<boolean> => {
    const fresh = await client.get(ownerRef, name, namespace).catch(() => undefined);
    return fresh?.metadata.uid === uid && !fresh?.metadata.deletionTimestamp;
  };

  for (const object of candidates) {
    if (object.metadata.namespace !== namespace) continue;
    const matches = selectorMatches(selector, object.metadata.labels ?? {}) === true;
    const controller = controllerOf(object);
    const references = object.metadata.ownerReferences ?? [];
    if (controller) {
      if (controller.uid !== uid) continue;
      if (matches) claimed.push(object);
      else if (!deletionTimestamp) {
        const others = references.filter((reference) => reference.uid !== uid);
        await write(object, others.length > 0 ? others : null);
      }
    } else if (matches && !object.metadata.deletionTimestamp) {
      mayAdopt ??= await ownerLives();
      if (!mayAdopt) continue;
      const adopted = await write(object, [...references, controllerRef(owner)]);
      if (adopted) claimed.push(adopted);
    }
  }
  return claimed;
}
