//! Calls without a sandbox: by the bare client, and by the native core with it.

use std::time::Duration;

use clap::{Args, ValueEnum};
use intercom_connector::internals::WireRequest;
use lab::load::work::environment;
use lab::load::{Caller, End, Figures, Plan, Work, drive, drive_threads};
use tokio::runtime::{Builder, Runtime};

use crate::native::{self, Bare, Waiting};

#[derive(Debug, Args)]
pub struct Arguments {
    #[arg(long)]
    kind: Kind,
    #[arg(long)]
    url: String,
    #[arg(long)]
    action: Work,
    #[arg(long)]
    in_flight: usize,
    #[arg(long, default_value_t = 0)]
    warm_up_ms: u64,
    #[arg(long, default_value_t = 1000)]
    time_ms: u64,
    /// The number of calls, instead of a time
    #[arg(long)]
    calls: Option<u64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Bare,
    Native,
}

pub fn run(arguments: &Arguments) -> Result<(), String> {
    let end = match arguments.calls {
        Some(calls) => End::Calls(calls),
        None => End::After(Duration::from_millis(arguments.time_ms)),
    };
    let warm_up = End::After(Duration::from_millis(arguments.warm_up_ms));
    let figures = match arguments.kind {
        Kind::Bare => bare(arguments, [warm_up, end]),
        Kind::Native => native(arguments, [warm_up, end]),
    };
    println!("{}", serde_json::to_string(&figures).unwrap());
    Ok(())
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// All calls on one thread, over one client.
fn bare(arguments: &Arguments, [warm_up, end]: [End; 2]) -> Figures {
    struct One {
        client: Bare,
        request: WireRequest,
    }
    impl Caller for One {
        async fn call(&mut self) -> Result<(), String> {
            self.client.send(&self.request).await.map(drop)
        }
    }
    let request = native::request(arguments.action, &environment(&arguments.url));
    let client = Bare::new();
    let caller = || One {
        client: client.clone(),
        request: request.clone(),
    };
    let in_flight = arguments.in_flight;
    let driven = runtime().block_on(async {
        let plan = |end| Plan { in_flight, end };
        drive(plan(warm_up), caller).await.unwrap();
        drive(plan(end), caller).await.unwrap()
    });
    Figures::of(arguments.action, in_flight, driven)
}

/// The core blocks, so each call in flight has a thread and a client.
fn native(arguments: &Arguments, [warm_up, end]: [End; 2]) -> Figures {
    let environment = environment(&arguments.url);
    let work = arguments.action;
    let caller = |_| {
        let (runtime, client) = (runtime(), Bare::new());
        let environment = environment.clone();
        move || {
            let mut transport = Waiting {
                runtime: &runtime,
                client: &client,
            };
            native::run(work.action(), work.input(), &environment, &mut transport).map(drop)
        }
    };
    let mut callers: Vec<_> = (0..arguments.in_flight).map(caller).collect();
    drive_threads(warm_up, &mut callers);
    let driven = drive_threads(end, &mut callers);
    Figures::of(work, arguments.in_flight, driven)
}
