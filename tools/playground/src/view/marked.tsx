/** A text area with the parts that have problems marked. */

import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { type Span, marks } from './marked-text';

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
