export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  /** Of an item that is on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** The keys that do the same, to read. */
  readonly keys?: string;
  /** A line above it. */
  readonly separated?: boolean;
}
