//! What the searches that cost most and the manifest take, without a socket, in this
//! process.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits, Session, Transport};
use lab::load::work::environment;
use lab::load::{Canned, Extreme, Work};
use tokio::runtime::{Builder, Runtime};

use crate::figures::{Cost, MANIFEST, median};

/// How long each is called again and again.
const EACH: Duration = Duration::from_secs(2);

/// The first calls, which find caches cold.
const COLD: usize = 20;

pub fn measure(component: &Path) -> Result<Vec<Cost>, String> {
    let engine = Engine::new().map_err(|error| error.to_string())?;
    let connector = ConnectorPre::from_file(&engine, component, Limits::default());
    let connector = connector.map_err(|error| error.to_string())?;
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let extremes = Extreme::all();
    let mut costs: Vec<_> = extremes
        .iter()
        .map(|extreme| search(&runtime, &connector, extreme))
        .collect();
    let empty = Environment::new();
    let manifest = || async {
        let sandbox = connector.sandbox(&empty, Arc::new(DenyAll));
        sandbox.await.unwrap().manifest().await.unwrap();
    };
    costs.push(Cost {
        name: MANIFEST.to_owned(),
        reused: None,
        fresh: median_of(|| runtime.block_on(manifest())),
    });
    Ok(costs)
}

fn search(runtime: &Runtime, connector: &ConnectorPre, extreme: &Extreme) -> Cost {
    let environment = environment("https://api.intercom.io");
    let transport: Arc<dyn Transport> = Arc::new(Canned::new(extreme.response()));
    let (action, input) = (Work::SearchContacts.action(), &extreme.input);
    let fresh = || async {
        let sandbox = connector.sandbox(&environment, Arc::clone(&transport));
        let ended = sandbox.await.unwrap().invoke(action, input).await;
        ended.unwrap().unwrap();
    };
    let fresh = median_of(|| runtime.block_on(fresh()));
    let mut session = Session::new(connector, NonZeroU32::MAX);
    let reused = median_of(|| {
        runtime.block_on(async {
            let sandbox = session.sandbox(&environment, Arc::clone(&transport));
            let ended = sandbox.await.unwrap().invoke(action, input).await;
            ended.unwrap().unwrap();
        });
    });
    Cost {
        name: extreme.name.to_owned(),
        reused,
        fresh,
    }
}

/// The median duration of a call, in µs.
fn median_of(mut call: impl FnMut()) -> Option<f64> {
    let start = Instant::now();
    let mut times = Vec::new();
    while start.elapsed() < EACH {
        let before = Instant::now();
        call();
        times.push(before.elapsed().as_secs_f64() * 1e6);
    }
    median(times.split_off(COLD.min(times.len())))
}
