/** A problem beside its field. */

import type { InputProblem } from '../contract';

export function ProblemText({ problem: { message, hint } }: { problem: InputProblem }) {
  return (
    <span class="problem">
      {message}
      {hint && `; ${hint}`}
    </span>
  );
}
