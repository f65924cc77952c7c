/** Whether a key belongs to an input method that composes a character. */
export function composes(event: KeyboardEvent): boolean {
  // WebKit ends the composition before the key that confirms it, which then has this number.
  return event.isComposing || event.keyCode === 229;
}
