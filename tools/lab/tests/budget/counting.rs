//! Counts the instructions and host calls of actions, in the host's own sandbox.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use connector_host::{ConnectorPre, Engine, Environment, Limits, Sandbox};
use lab::load::Canned;
use wasmtime::CallHook;

/// Ticks of the engine's clock, more than there ever are.
const NO_TICK: u64 = 1 << 60;

/// The counts of one call.
pub struct Counts {
    /// In wasmtime's fuel.
    pub instructions: u64,
    /// Calls from the component to the host.
    pub host_calls: u64,
}

/// A component, loaded for counting.
pub struct Counter(ConnectorPre);

impl Counter {
    pub fn new(component: &Path) -> Self {
        let engine = Engine::with_config(|config| _ = config.consume_fuel(true)).unwrap();
        Self(ConnectorPre::from_file(&engine, component, Limits::default()).unwrap())
    }

    /// Runs an action in a fresh sandbox, whose instantiation is not counted.
    pub async fn count(
        &self,
        environment: &Environment,
        canned: Canned,
        action: &str,
        input: &str,
    ) -> Counts {
        let call = async |sandbox: &mut Sandbox| {
            let ended = sandbox.invoke(action, input).await.unwrap();
            ended.unwrap_or_else(|error| panic!("{action}: {error:?}"));
        };
        self.count_call(environment, canned, call).await
    }

    /// Makes any call in a fresh sandbox.
    pub async fn count_call(
        &self,
        environment: &Environment,
        canned: Canned,
        call: impl AsyncFnOnce(&mut Sandbox),
    ) -> Counts {
        let sandbox = self.0.sandbox(environment, Arc::new(canned)).await;
        let mut sandbox = sandbox.unwrap();
        let calls = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&calls);
        let (_, store) = sandbox.parts();
        // A tick of the engine's clock would count as a host call.
        store.set_epoch_deadline(NO_TICK);
        let fuel = store.get_fuel().unwrap();
        store.call_hook(move |_, hook| {
            if matches!(hook, CallHook::CallingHost) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        call(&mut sandbox).await;
        Counts {
            instructions: fuel - sandbox.parts().1.get_fuel().unwrap(),
            host_calls: calls.load(Ordering::Relaxed),
        }
    }
}
