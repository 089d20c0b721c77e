/** Text in parts, with the parts that have problems marked. */

/** Offsets in characters (code points). */
export interface Span {
  start: number;
  end: number;
}

/** The text in parts; a span at the end of the text marks a space after it. */
export function marks(text: string, spans: Span[]): { text: string; isMarked: boolean }[] {
  const characters = [...text];
  const isMarked = (at: number) => spans.some(({ start, end }) => at >= start && at < end);
  const parts: { text: string; isMarked: boolean }[] = [];
  for (const [at, character] of characters.entries()) {
    const last = parts.at(-1);
    if (last?.isMarked === isMarked(at)) last.text += character;
    else parts.push({ text: character, isMarked: isMarked(at) });
  }
  const isAtEnd = spans.some(({ start, end }) => start === end && end === characters.length);
  return isAtEnd ? [...parts, { text: ' ', isMarked: true }] : parts;
}
