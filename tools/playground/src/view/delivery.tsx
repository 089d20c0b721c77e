/** The delivery of a webhook, to edit and to sign. */

import { environment } from '../cases';
import { CAN_SIGN, type Delivery, signed, without } from '../delivery';
import { type Change, type State, variablesOf } from '../state';

interface Props {
  state: State;
  delivery: Delivery;
  change(change: Change): void;
}

export function DeliveryView({ state, delivery, change }: Props) {
  const { manifest } = state.opened;
  const { signature } = manifest;
  const key = signature && environment(manifest, variablesOf(state), false)[signature.variable];
  const set = (changed: Partial<Delivery>) =>
    change({ do: 'delivery', delivery: { ...delivery, ...changed } });
  const sign = async () => {
    if (!signature || !key) return;
    const unsigned = without(delivery.text, signature.header);
    set({ text: await signed(unsigned, signature, key) });
  };
  const time = delivery.receivedAt;
  return (
    <div class="wide">
      <label for="delivery-text">Delivery</label>
      <p class="help" id="delivery-help">
        The request that the service sends. {signature && <Signing name={signature.header} secret={key} />}
      </p>
      <textarea
        id="delivery-text"
        rows={12}
        spellcheck={false}
        aria-describedby="delivery-help"
        value={delivery.text}
        onInput={(event) => set({ text: event.currentTarget.value })}
      />
      <div class="tools">
        <button type="button" disabled={!key || !CAN_SIGN} onClick={sign}>
          Sign
        </button>
        <label class="tick">
          <input
            type="checkbox"
            checked={delivery.verified}
            onInput={(event) => set({ verified: event.currentTarget.checked })}
          />
          Verified by the engine
        </label>
        <label class="tick">
          Received (UTC)
          <input
            type="datetime-local"
            step="0.001"
            value={time === undefined ? '' : new Date(time).toISOString().slice(0, -1)}
            onInput={(event) => set({ receivedAt: milliseconds(event.currentTarget.value) })}
          />
        </label>
      </div>
    </div>
  );
}

function Signing({ name, secret }: { name: string; secret?: string }) {
  if (!CAN_SIGN) return <>This page can sign it only over HTTPS or on the loopback.</>;
  if (!secret) return <>There is no secret to verify it with.</>;
  return (
    <>
      <code>{name}</code> is made with the secret <code>{secret}</code> when you sign it, not when you
      edit it.
    </>
  );
}

function milliseconds(time: string): number | undefined {
  return time === '' ? undefined : Date.parse(`${time}Z`);
}
