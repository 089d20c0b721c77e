/** What stands beside a field: that it is required, and what is wrong. */

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
