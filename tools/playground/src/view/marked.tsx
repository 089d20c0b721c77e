/** A text area in which the parts that problems are about are marked. */

import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';

interface Span {
  start: number;
  end: number;
}

type Props = JSX.IntrinsicElements['textarea'] & { value: string; spans: Span[] };

export function Marked({ spans, ...attributes }: Props) {
  const behind = useRef<HTMLDivElement>(null);
  return (
    <div class="marked">
      <div class="behind" aria-hidden="true" ref={behind}>
        {marks(attributes.value, spans).map(({ text, isMarked }) =>
          isMarked ? <mark>{text}</mark> : text,
        )}
        {'\n'}
      </div>
      <textarea
        {...attributes}
        onScroll={({ currentTarget }) => {
          if (behind.current) behind.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
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
