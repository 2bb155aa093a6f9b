/** A package that is part of the page, and its licence. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  readonly text: string;
}

/** The list that the build makes; undefined where there is none, as while developing. */
export async function loadNotices(): Promise<readonly Notice[] | undefined> {
  try {
    const answer = await fetch(`${import.meta.env.BASE_URL}notices.json`);
    return answer.ok ? ((await answer.json()) as readonly Notice[]) : undefined;
  } catch {
    return undefined;
  }
}
