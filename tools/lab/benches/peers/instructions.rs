//! Runs one case repeatedly without a socket: the instructions of a call are the
//! difference of two runs.

use std::sync::Arc;

use clap::{Args, ValueEnum};
use connector_cases::Case;
use connector_host::{ConnectorPre, Engine, Limits, Sandbox};
use host_test::build;
use lab::load::{Canned, cases};
use tokio::runtime::Builder;
use wasmtime::InstanceAllocationStrategy::OnDemand;

use crate::native;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The runner
    #[arg(long)]
    by: By,
    /// The case, such as get-contact-by-id/page-example
    #[arg(long)]
    case: String,
    /// The number of calls
    #[arg(long)]
    calls: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The native core
    Native,
    /// The component, in a sandbox for each call
    Fresh,
    /// The component, in one sandbox
    Reused,
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    let case = cases::case(&arguments.case).map_err(|error| error.to_string())?;
    let canned = cases::canned(&case);
    match arguments.by {
        By::Native => natively(&case, &canned, arguments.calls),
        by => in_sandboxes(&case, canned, arguments.calls, by == By::Fresh),
    }
}

fn natively(case: &Case, canned: &Canned, calls: u32) -> Result<(), String> {
    let mut core = native::Canned(canned.body());
    for _ in 0..calls {
        native::run(&case.name.action, &case.input, &case.environment, &mut core)?;
    }
    Ok(())
}

/// Without the pool, which reserves more address space than valgrind has.
fn in_sandboxes(case: &Case, canned: Canned, calls: u32, fresh: bool) -> Result<(), String> {
    let engine = Engine::with_config(|config| {
        config
            .allocation_strategy(OnDemand)
            .memory_reservation(64 << 20)
            .memory_guard_size(1 << 16);
    });
    let engine = engine.map_err(|error| error.to_string())?;
    let component = build::workspace().join("target/intercom.wasm");
    let component = connector_host::load(&engine, &component).map_err(|error| error.to_string())?;
    let plugin = ConnectorPre::new(&engine, &component, Limits::default());
    let plugin = plugin.map_err(|error| error.to_string())?;
    let transport = Arc::new(canned);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut kept: Option<Sandbox> = None;
        for _ in 0..calls {
            let mut sandbox = match kept.take() {
                Some(sandbox) => sandbox,
                None => {
                    let made = plugin.sandbox(&case.environment, transport.clone()).await;
                    made.map_err(|error| error.to_string())?
                }
            };
            let ended = sandbox.invoke(&case.name.action, &case.input).await;
            let ended = ended.map_err(|error| error.to_string())?;
            ended.map_err(|error| format!("{error:?}"))?;
            kept = (!fresh).then_some(sandbox);
        }
        Ok(())
    })
}
