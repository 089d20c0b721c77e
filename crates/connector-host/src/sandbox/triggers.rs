//! Calls of a connector's triggers.

use super::{Sandbox, in_time};
use crate::SandboxError;
use crate::bindings::triggers::{Delivery, DeliveryOutcome, Event, EventPage, Guest};
use crate::bindings::types::ActionError;

impl Sandbox {
    /// Reads a request to the webhook address. Nothing is sent.
    ///
    /// # Errors
    ///
    /// The outer error is the sandbox's, or [`SandboxError::NoTriggers`]. The inner one means
    /// that the connector can't read any delivery, for example without the signing key; a
    /// refusal is not an error.
    pub async fn receive(
        &mut self,
        delivery: &Delivery,
    ) -> Result<Result<DeliveryOutcome, ActionError>, SandboxError> {
        let triggers = self.triggers()?;
        let timer = self.begin();
        let call = triggers.call_receive(&mut self.store, delivery);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// Whether an event matches the inputs of a workflow. Nothing is sent.
    ///
    /// # Errors
    ///
    /// The outer error is as for [`Sandbox::receive`], the inner one is about the inputs.
    pub async fn matches(
        &mut self,
        trigger: &str,
        input: &str,
        event: &Event,
    ) -> Result<Result<bool, ActionError>, SandboxError> {
        let triggers = self.triggers()?;
        let input = input.to_owned();
        let timer = self.begin();
        let call = triggers.call_matches(&mut self.store, trigger, &input, event);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// The events since the cursor; `now_ms` is the current time, in Unix milliseconds.
    ///
    /// # Errors
    ///
    /// The outer error is as for [`Sandbox::receive`], the inner one is the trigger's.
    pub async fn poll(
        &mut self,
        trigger: &str,
        input: &str,
        cursor: Option<&str>,
        now_ms: u64,
    ) -> Result<Result<EventPage, ActionError>, SandboxError> {
        let triggers = self.triggers()?;
        let (input, cursor) = (input.to_owned(), cursor.map(str::to_owned));
        let timer = self.begin();
        let call = triggers.call_poll(&mut self.store, trigger, &input, cursor.as_deref(), now_ms);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// An example of an event. Nothing is sent.
    ///
    /// # Errors
    ///
    /// The outer error is as for [`Sandbox::receive`]; the inner one means an unknown trigger.
    pub async fn sample(
        &mut self,
        trigger: &str,
    ) -> Result<Result<Event, ActionError>, SandboxError> {
        let triggers = self.triggers()?;
        let timer = self.begin();
        let call = triggers.call_sample(&mut self.store, trigger);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    fn triggers(&self) -> Result<Guest, SandboxError> {
        let triggers = self.functions.triggers.as_ref();
        triggers.cloned().ok_or(SandboxError::NoTriggers)
    }
}
