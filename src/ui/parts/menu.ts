export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  /** Of an item that is on or off. */
  readonly checked?: boolean;
  /** A line above it. */
  readonly separated?: boolean;
}
