/** The marks of a field: required, and its problems. */

import type { InputProblem } from '../contract';

export function ProblemText({ problem: { message, hint } }: { problem: InputProblem }) {
  return (
    <span class="problem">
      {message}
      {hint && `; ${hint}`}
    </span>
  );
}

export function Required() {
  return <span class="required">required</span>;
}
