//! Every action under every fault: the cells of `docs/faults.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::net::SocketAddr;
use std::sync::Arc;

use connector_host::manifest::Effect;
use intercom_double::FaultServer;
use intercom_double::faults::NONE;
use lab::resilience::matrix::{Cell, faults, matrix};
use lab::resilience::{Call, Runner, Verdict, calls};
use tokio::net::TcpStream;

async fn all_calls() -> Vec<Arc<Call>> {
    calls(&test_support::manifest().await).unwrap()
}

async fn runner(server: &FaultServer) -> Runner {
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    Runner::new(plugin, manifest, server.addresses(), server.log())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_passes() {
    let server = FaultServer::start().await.unwrap();
    let runner = Arc::new(runner(&server).await);
    let calls = all_calls().await;
    let rows = matrix(&runner, &calls, &faults("")).await.unwrap();
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    assert_eq!(cells.len(), faults("").len() * calls.len());
    let failed: Vec<_> = cells.iter().filter(|cell| !cell.passed()).collect();
    let reports: Vec<_> = failed.iter().map(|cell| cell.report()).collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
    // Cells are numbered row by row.
    for number in server.log().repeated() {
        let call = &calls[number as usize % calls.len()];
        assert_ne!(call.effect, Effect::WriteOnce, "{number}: {call:?}");
    }
}

#[tokio::test]
async fn a_killed_server_refuses_and_comes_back_on_its_port() {
    let mut server = FaultServer::start().await.unwrap();
    let runner = runner(&server).await;
    let network = runner.network().unwrap();
    let calls = all_calls().await;
    let create = |call: &&Arc<Call>| call.action == "create-contact";
    let call = calls.iter().find(create).unwrap();
    for (number, alive) in [(0, true), (1, false), (2, true)] {
        match alive {
            true => server.restart().await.unwrap(),
            false => server.kill().await,
        }
        let outcome = runner.run(&network, call, &NONE, number, &[]).await;
        let expected = match alive {
            true => Verdict::Success,
            false => Verdict::Retryable("network"),
        };
        assert_eq!(outcome.verdict, Ok(expected), "{}", outcome.message);
        assert_eq!(outcome.seen.carried_out, u64::from(alive));
    }
}

/// If another process could listen on the port, `refused` would be another fault.
#[tokio::test]
async fn a_closed_port_stays_closed() {
    let server = FaultServer::start().await.unwrap();
    let refused = faults("refused").pop().unwrap();
    let url = server.addresses().base_url(refused, 0);
    let authority = url.strip_prefix("http://").unwrap().split('/').next();
    let address: SocketAddr = authority.unwrap().parse().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    assert!(
        std::net::TcpListener::bind(address).is_ok(),
        "the port is ours"
    );
}
